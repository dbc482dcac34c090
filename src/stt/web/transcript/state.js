// How a job stands, above its words.

import { html } from "../vendor/lit-html/lit-html.js";
import { cancel } from "../api.js";
import { icons } from "../icons.js";
import { leftOf, stageOf } from "../jobs/view.js";
import { isRunning, retry } from "../jobs/list.js";
import { sentenceOf, w } from "../words.js";

/** What there is to know of a job besides its words; while it runs how far it is. */
export function jobState(view) {
  const { job } = view;
  if (isRunning(job)) {return html`<div class="progress-line">
    <progress max="100" .value=${job.progress} aria-label=${w.jobProgress(job.filename)}></progress>
    <span class="quiet" role="status">${[stageOf(job), leftOf(job)].filter(Boolean).join(" · ")}</span>
    <button class="button small" @click=${() => view.act(cancel(view.id))}>${w.cancelJob}</button>
  </div>`;}
  if (job.status === "COMPLETED") return job.notes.map((note) => html`<p class="note">${note.message}</p>`);
  const said = job.status === "FAILED" ? sentenceOf({ code: job.error_code, message: job.error_message }) : w.wasCancelled;
  return html`<div class="problem" role="alert"><p>${said}</p>
    <button class="button small" @click=${() => view.act(retry(job).then(() => dispatchEvent(new Event("hashchange"))))}>${icons.retry} ${w.retryJob}</button></div>`;
}
