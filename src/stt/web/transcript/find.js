// Find in the transcript: a field, how many places, and one after the other.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { redraw } from "../drawing.js";
import { icons } from "../icons.js";
import { w } from "../words.js";
import { search } from "./search.js";

export class Find {
  constructor(text) {
    this.text = text;
    this.open = false;
    this.query = "";
    this.found = [];
    this.at = -1;
  }

  show() {
    this.open = true;
    redraw();
    requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector(".find input")?.select()));
  }

  close() {
    this.open = false;
    this.text.dim("found");
    this.text.dim("current");
    redraw();
  }

  look(query) {
    this.query = query;
    this.found = search(this.text.document.texts, query);
    this.text.light("found", this.found.map(({ from, to }) => this.text.rangeOf(from, to)));
    this.at = -1;
    this.step(1);
  }

  step(direction) {
    const count = this.found.length;
    this.at = count ? (this.at + direction + count) % count : -1;
    if (count) {
      const { from, to } = this.found[this.at];
      this.text.light("current", [this.text.rangeOf(from, to)]);
      this.text.show(from.segment);
    } else {
      this.text.dim("current");
    }
    redraw();
  }

  template() {
    if (!this.open) return nothing;
    const count = this.found.length;
    return html`<div class="find" role="search" @keydown=${(event) => this.#key(event)}>
      <label class="search">${icons.search}<span class="visually-hidden">${w.find}</span>
        <input type="text" placeholder=${w.find} @input=${(event) => this.look(event.target.value)}>
      </label>
      <span class="quiet count" role="status">${this.query ? w.foundPlaces(this.at + 1, count) : ""}</span>
      <button class="icon-button" title=${w.previous} aria-label=${w.previous} @click=${() => this.step(-1)}>${icons.up}</button>
      <button class="icon-button" title=${w.next} aria-label=${w.next} @click=${() => this.step(1)}>${icons.down}</button>
      <button class="icon-button" title=${w.close} aria-label=${w.close} @click=${() => this.close()}>${icons.close}</button>
    </div>`;
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") this.close();
    if (event.key === "Enter" && event.target.matches("input")) this.step(event.shiftKey ? -1 : 1);
  }
}
