// A stretch that is heard again, with another model or with names that are said in it: another version comes of it.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { clock } from "../../amounts.js";
import { ask, cancel, jobPath, status } from "../../api.js";
import { patiently, pause } from "../../connection.js";
import { redraw } from "../../drawing.js";
import { isRunning } from "../../jobs/list.js";
import { offered } from "../../start/choices.js";
import { tell } from "../../telling.js";
import { nameOf, sentenceOf, w } from "../../words.js";

/** Milliseconds between looks at how far it is. */
const EVERY = 1000;

export class Rehearing {
  constructor(editing) {
    this.editing = editing;
    this.view = editing.view;
    /** In seconds, what somebody asks for, and what is heard. */
    this.asked = this.heard = null;
  }

  open(times) {
    this.asked = times;
    redraw();
    requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector("dialog.rehearing")?.showModal()));
  }

  async #begin({ model, language, prompt }) {
    const { start, end } = this.asked;
    this.asked = null;
    const chosen = Object.entries({ model: model.value, language: language.value, prompt: prompt.value.trim() });
    const body = JSON.stringify({ start, end, ...Object.fromEntries(chosen.filter(([, value]) => value)) });
    const { id, leaving: { signal } } = this.view;
    try {
      await this.editing.saving.send();
      await ask(`${jobPath(id)}/redo`, { method: "POST", headers: { "Content-Type": "application/json" }, body, signal });
      this.heard = { start, end };
      redraw();
      await this.#follow(id, signal);
    } catch (error) {
      if (!signal.aborted) tell(sentenceOf(error));
    }
    this.heard = null;
    redraw();
  }

  async #follow(id, signal) {
    let job;
    do {
      await pause(EVERY, signal);
      job = await patiently(() => status(id, { signal }), signal);
    } while (!signal.aborted && isRunning(job));
    if (job.error_code) tell(sentenceOf({ code: job.error_code, message: job.error_message }));
    await this.editing.saving.catchUp();
  }

  /** What is heard just now. */
  line() {
    if (!this.heard) return nothing;
    return html`<div class="progress-line"><span class="spinner"></span>
      <span class="quiet" role="status">${w.hearsAgain(clock(this.heard.start), clock(this.heard.end))}</span>
      <button class="button small" @click=${() => cancel(this.view.id).catch((error) => tell(sentenceOf(error)))}>${w.cancelJob}</button></div>`;
  }

  dialog() {
    if (!this.asked) return nothing;
    const { job } = this.view;
    const close = () => {
      this.asked = null;
      redraw();
    };
    const select = (name, label, values, shown) => html`<label class="field"><span>${label}</span>
      <select name=${name} .value=${live("")}>${values.map((value) => html`<option value=${value}>${shown(value)}</option>`)}</select></label>`;
    return html`<dialog class="rehearing" aria-labelledby="rehearing-title" @close=${close}>
      <h2 id="rehearing-title">${w.hearAgainFrom(clock(this.asked.start), clock(this.asked.end))}</h2>
      <p class="quiet">${w.hearAgainExplained}</p>
      <form method="dialog" @submit=${(event) => event.submitter.value && this.#begin(event.target.elements)}>
        ${select("model", w.model, ["", ...(offered?.models ?? []).filter((name) => name !== job.model)], (name) => name || job.model)}
        ${select("language", w.spokenLanguage, ["", ...(offered?.languages ?? []).filter((code) => code !== job.language)], (code) => nameOf(code || job.language))}
        <label class="field"><span>${w.hotwords}</span>
          <input name="prompt" type="text" maxlength="500" autocomplete="off" placeholder=${w.hotwordsExample}></label>
        <div class="buttons"><button class="button primary" value="hear">${w.hearAgain}</button>
          <button class="button" value="" formnovalidate>${w.close}</button></div>
      </form>
    </dialog>`;
  }
}
