// The versions of a transcript, in a dialog: each can be looked at, and gone back to.

import { html } from "../../vendor/lit-html/lit-html.js";
import { jobPath, json } from "../../api.js";
import { patiently } from "../../connection.js";
import { redraw } from "../../drawing.js";
import { tell } from "../../telling.js";
import { language, sentenceOf, w } from "../../words.js";

const PAGE = 50;

export class Versions {
  constructor(editing) {
    this.editing = editing;
    this.list = null;
    this.hasMore = false;
  }

  async open() {
    this.list = null;
    document.querySelector("dialog.versions").showModal();
    await this.editing.saving.send();
    await this.more([]);
  }

  async more(before = this.list) {
    const { id, leaving: { signal } } = this.editing.view;
    try {
      const query = { limit: PAGE, before: before.at(-1)?.version };
      const page = await patiently(() => json(`${jobPath(id)}/versions`, { query, signal }), signal);
      this.list = [...before, ...page.data];
      this.hasMore = page.has_more;
    } catch (error) {
      if (!signal.aborted) tell(sentenceOf(error));
    }
    redraw();
  }

  template() {
    return html`<dialog class="versions" aria-labelledby="versions-title">
      <h2 id="versions-title">${w.versions}</h2>
      ${this.list ? this.#rows() : html`<p class="quiet">${w.loading}</p>`}
      <form method="dialog"><button class="button">${w.close}</button></form>
    </dialog>`;
  }

  #rows() {
    const at = (moment) => new Date(moment).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
    return html`<ul class="facts">
      ${this.list.map(({ version, created_at: moment, operation_count: count }, place) => this.#row(
        version, w.versionNumber(version), `${at(moment)} · ${w.changes(count)}`, place === 0))}
      ${this.hasMore ? html`<li><button class="button small" @click=${() => this.more()}>${w.showMore}</button></li>`
        : this.#row(0, w.machineVersion, "", !this.list.length)}
    </ul>`;
  }

  #row(version, name, said, newest) {
    const close = () => document.querySelector("dialog.versions").close();
    return html`<li><span class="version"><strong>${name}</strong> <span class="quiet">${said}</span></span>
      ${newest ? html`<span class="quiet">${w.newest}</span>` : html`<span class="buttons">
        <button class="button small" aria-label=${`${w.look}: ${name}`} @click=${() => {
          close();
          this.editing.look(version);
        }}>${w.look}</button>
        <button class="button small" aria-label=${`${w.goBackTo}: ${name}`} @click=${() => {
          close();
          this.editing.revert(version);
        }}>${w.goBackTo}</button></span>`}
    </li>`;
  }
}
