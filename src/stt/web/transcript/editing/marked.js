// What is marked in the text, or where somebody writes, and the bar of what can be done with that.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { redraw } from "../../drawing.js";
import { icons } from "../../icons.js";
import { w } from "../../words.js";
import { divided, freshId, given, joined, nextSpeaker, timesOf, wordsBetween } from "./stretch.js";

export class Marked {
  constructor(editing) {
    this.editing = editing;
    this.view = editing.view;
    /** Two places in the text, the same one where somebody writes and nothing is marked. */
    this.start = this.end = null;
    document.addEventListener("selectionchange", () => this.#look(), { signal: this.view.leaving.signal });
  }

  get shown() {
    return this.start !== null && this.editing.ready;
  }

  get lines() {
    return this.view.whole.segments;
  }

  /** The words that are marked; where somebody only writes, all of the line. */
  get stretch() {
    const { start, end } = this;
    if (this.isCaret) return wordsBetween(this.lines, { ...start, place: 0 }, { ...start, place: this.lines[start.segment].text.length });
    return wordsBetween(this.lines, start, end);
  }

  get isCaret() {
    return this.start.segment === this.end.segment && this.start.place === this.end.place;
  }

  forget() {
    if (!this.start) return;
    this.start = this.end = null;
    redraw();
  }

  /** Nobody writes any more, so there is no caret; whoever goes on to the bar still means where it was. */
  written() {
    setTimeout(() => this.start && this.isCaret && !document.activeElement?.closest(".marked") && this.forget());
  }

  #look() {
    // Whoever has gone on to the bar means what was marked before.
    if (document.activeElement?.closest(".marked")) return;
    const selection = getSelection();
    const range = selection.rangeCount ? selection.getRangeAt(0) : null;
    const start = range && this.#placeOf(range.startContainer, range.startOffset);
    const end = range && this.#placeOf(range.endContainer, range.endOffset);
    if (!start || !end || (range.collapsed && !this.editing.editor.open)) {
      this.forget();
      return;
    }
    [this.start, this.end] = [start, end];
    redraw();
  }

  #placeOf(node, offset) {
    const written = node.nodeType === Node.TEXT_NODE;
    const paragraph = (written ? node.parentElement : node).closest?.("p");
    if (paragraph?.segment === undefined || !this.view.text.root.contains(paragraph)) return null;
    return { segment: paragraph.segment, place: written ? offset : offset && paragraph.textContent.length };
  }

  split() {
    this.#look();  // The browser tells of a caret that was moved only after the key that comes next.
    if (this.start) this.#change(() => divided(this.start, this.lines, freshId));
  }

  join(first = this.start.segment, last = this.end.segment) {
    this.#change(() => joined(first, last, this.lines));
  }

  /** Somebody writes at the very beginning of a line, and deletes backwards. */
  joinBefore(segment) {
    if (segment > 0) this.join(segment - 1, segment);
  }

  give(speaker) {
    this.#change(() => (this.stretch ? given(this.stretch, this.lines, speaker, freshId) : []));
  }

  repeat() {
    if (!this.stretch) return;
    const { player } = this.view;
    const times = timesOf(this.stretch, this.lines);
    player.loop = null;
    player.seek(times.start);
    player.loop = times;
    player.play();
  }

  /** The whole lines: what stands beside a word tells much of it. */
  hearAgain() {
    this.editing.editor.flush();
    const times = { start: this.lines[this.start.segment].start, end: this.lines[this.end.segment].end };
    this.forget();
    this.editing.rehearing.open(times);
  }

  /** What is written is kept first: the operations are about that. */
  #change(operationsOf) {
    this.editing.editor.flush();
    const operations = operationsOf();
    this.forget();
    if (operations.length) this.editing.restructure(operations);
  }

  template() {
    if (!this.shown) return nothing;
    const speakers = this.view.whole.speakers ?? [];
    const button = (icon, label, action) => html`<button class="button small" @click=${action}>${icon} ${label}</button>`;
    // A button that took the focus at the press would end the writing before it is clicked.
    return html`<div class="marked" role="toolbar" aria-label=${w.marked} @mousedown=${(event) => event.preventDefault()}
      @focusout=${(event) => event.currentTarget.contains(event.relatedTarget) || this.forget()}
      @keydown=${(event) => event.key === "Escape" && this.forget()}>
      ${button(icons.split, w.splitHere, () => this.split())}
      ${button(icons.join, w.joinLines, () => this.join())}
      <details class="menu"><summary class="button small">${icons.person} ${w.speakerHere}</summary>
        <ul>${speakers.map(({ id, name }) => html`<li><button @click=${() => this.give(id)}>${name}</button></li>`)}
          <li><button @click=${() => this.give(nextSpeaker(speakers))}>${w.anotherSpeaker}</button></li>
          <li><button @click=${() => this.give(null)}>${w.noSpeaker}</button></li></ul>
      </details>
      ${button(icons.loop, w.repeatStretch, () => this.repeat())}
      ${this.editing.rehearing.heard ? nothing : button(icons.retry, w.hearAgain, () => this.hearAgain())}
    </div>`;
  }
}
