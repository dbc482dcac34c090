// The list of jobs: what each one is at, and what can be done with it.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { ago, clock, spans } from "../amounts.js";
import { icons } from "../icons.js";
import { language, nameOf, sentenceOf, w } from "../words.js";
import { stretch } from "./scrolling.js";
import { cancel, filterBy, isRunning, list, more, remove, retry, search, takeBack } from "./list.js";

const STATUSES = ["", "PROCESSING", "PENDING", "COMPLETED", "FAILED", "CANCELLED"];
let typing = 0;

export function jobsList() {
  return html`<section class="jobs" aria-labelledby="jobs-title">
    <div class="jobs-head">
      <h2 id="jobs-title">${w.transcripts}</h2>
      <div class="finders">
        <label class="search">
          ${icons.search}<span class="visually-hidden">${w.searchJobs}</span>
          <input type="search" placeholder=${w.searchJobs} .value=${live(list.query)} @input=${typed}>
        </label>
        <label>
          <span class="visually-hidden">${w.filter}</span>
          <select @change=${(event) => filterBy(event.target.value)}>
            ${STATUSES.map((status) => html`<option value=${status} ?selected=${status === list.filter}>
              ${status ? w.statuses[status] : w.allJobs}</option>`)}
          </select>
        </label>
      </div>
    </div>
    ${list.error ? html`<p class="problem" role="alert">${sentenceOf(list.error)}</p>` : nothing}
    ${list.jobs.length ? rows() : empty()}
    ${list.next ? html`<button class="button center" ?disabled=${list.loading} @click=${more}>${w.showMore}</button>` : nothing}
  </section>`;
}

function rows() {
  const { from, to, above, below } = stretch();
  return html`<div .style=${`block-size: ${above}px`}></div>
    <ul class="rows">${repeat(list.jobs.slice(from, to), (job) => job.job_id, row)}</ul>
    <div .style=${`block-size: ${below}px`}></div>`;
}

function typed(event) {
  clearTimeout(typing);
  list.query = event.target.value;
  typing = setTimeout(() => search(list.query), 250);
}

function empty() {
  if (!list.loaded) return html`<p class="quiet empty">${w.loading}</p>`;
  return html`<p class="quiet empty">${list.query || list.filter ? w.nothingFound : w.nothingYet}</p>`;
}

function row(job) {
  const running = isRunning(job);
  return html`<li class=${`row ${job.status.toLowerCase()}`}>
    <a class="row-link" href=${`#/jobs/${job.job_id}`}>
      <span class="state" aria-hidden="true">${mark(job)}</span>
      <span class="row-text">
        <span class="name">${job.filename}</span>
        <span class="quiet">${sentence(job)}</span>
      </span>
    </a>
    ${running ? html`<progress max="100" .value=${job.progress} aria-label=${w.jobProgress(job.filename)}></progress>` : nothing}
    <div class="actions">
      ${running ? act(icons.stop, w.cancelJob, job, cancel) : nothing}
      ${job.status === "FAILED" || job.status === "CANCELLED" ? act(icons.retry, w.retryJob, job, retry) : nothing}
      ${running ? nothing : act(icons.bin, w.deleteJob, job, remove)}
    </div>
  </li>`;
}

function act(icon, label, job, action) {
  const name = `${label}: ${job.filename}`;
  return html`<button class="icon-button" title=${label} aria-label=${name} @click=${async (event) => {
    event.target.closest("button").disabled = true;
    try {
      await action(job);
    } catch (error) {
      list.error = error;
    }
    event.target.closest?.("button")?.removeAttribute("disabled");
  }}>${icon}</button>`;
}

function mark(job) {
  if (job.status === "COMPLETED") return icons.done;
  if (job.status === "FAILED") return icons.failed;
  if (job.status === "CANCELLED") return icons.close;
  return html`<span class=${job.status === "PROCESSING" ? "spinner" : "dot"}></span>`;
}

function sentence(job) {
  if (job.status === "FAILED") return sentenceOf({ code: job.error_code, message: job.error_message });
  const when = ago(Date.parse(job.created_at), Date.now(), language);
  if (isRunning(job)) return [stageOf(job), leftOf(job)].filter(Boolean).join(" · ");
  const spoken = nameOf(job.detected_language ?? job.language);
  const length = job.duration ? clock(job.duration) : null;
  const ended = job.status === "CANCELLED" ? w.statuses.CANCELLED : null;
  return [ended, length, spoken, job.model, when].filter(Boolean).join(" · ");
}

/** What a running job is at. */
export function stageOf(job) {
  if (job.status === "PENDING") return w.statuses.PENDING;
  const percent = job.stage === "transcribe" || job.progress > 0 ? ` ${Math.floor(job.progress)} %` : "";
  return `${w.stages[job.stage] ?? w.statuses.PROCESSING}${percent}`;
}

/** Its place in line while it waits for others, and when it will be done, where enough was measured to tell. */
export function leftOf({ eta, status }) {
  if (!eta) return null;
  const place = status === "PENDING" && eta.position > 1 ? w.inLine(eta.position) : null;
  const ready = eta.p90 === null ? null : w.readyIn(spans(eta.p50, eta.p90, language));
  return [place, ready].filter(Boolean).join(", ") || null;
}

/** What can be taken back for some seconds. */
export function regretting() {
  if (!list.removing) return nothing;
  return html`<div class="toast" role="status">
    ${w.deleted(list.removing.job.filename)}
    <button class="button small" @click=${takeBack}>${w.undo}</button>
  </div>`;
}
