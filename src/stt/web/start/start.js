// The first view: give the service audio, and see what has become of it.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { clock, size, span } from "../amounts.js";
import { icons } from "../icons.js";
import { jobsList } from "../jobs/view.js";
import { language, sentenceOf, w } from "../words.js";
import { choices, choicesForm, offered } from "./choices.js";
import { begin, canRecord, end, recorder } from "./recorder.js";
import { urlsIn } from "./urls.js";
import { add, addUrls, again, canPause, drop, pause, uploads } from "./uploads.js";

/** How many things are dragged over the page just now: entering a child comes before leaving its parent. */
let over = 0;

export const isOver = () => over > 0;

export function give(files) {
  const list = [...files].filter((file) => file.size || file.type || file.name.includes("."));
  if (list.length) add(list, choices());
}

/** Files may be dropped anywhere, and pasted. */
export function listen(whenChanged) {
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  const moved = (by) => (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    over = Math.max(0, over + by);
    if (by) whenChanged();
  };
  addEventListener("dragenter", moved(1));
  addEventListener("dragover", moved(0));
  addEventListener("dragleave", moved(-1));
  addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    over = 0;
    location.hash = "#/";
    give(event.dataTransfer.files);
    whenChanged();
  });
  addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) {
      location.hash = "#/";
      give(event.clipboardData.files);
    } else if (!event.target.closest?.("input, textarea, [contenteditable]")) {
      const urls = urlsIn(event.clipboardData?.getData("text") ?? "");
      if (urls.length) location.hash = "#/";
      addUrls(urls, choices());
    }
  });
}

export function startView() {
  return html`
    <h1 class="visually-hidden" tabindex="-1">${w.transcribe}</h1>
    <section class="giving" aria-label=${w.newTranscript}>
      <div class=${`drop ${isOver() ? "over" : ""}`}>
        <p class="lead">${w.dropHere}</p>
        <p class="quiet">${w.dropHint(offered ? size(offered.max_upload_bytes, language) : "…")}</p>
        <div class="buttons">
          <label class="button primary">
            ${icons.upload} ${w.chooseFiles}
            <input class="visually-hidden" type="file" multiple accept=${accepted()} @change=${chosen}>
          </label>
          ${recordButton()}
        </div>
        ${urlForm()}
        ${recorder.refused ? html`<p class="problem" role="alert">${w.microphoneRefused(recorder.refused)}</p>` : nothing}
      </div>
      ${choicesForm()}
    </section>
    ${uploads.length ? html`<section aria-label=${w.uploads}>
      <ul class="uploads">${repeat(uploads, (upload) => upload.id, row)}</ul>
    </section>` : nothing}
    ${jobsList()}`;
}

const accepted = () => ["audio/*", "video/*", ...(offered?.extensions ?? [])].join(",");

function chosen(event) {
  give(event.target.files);
  event.target.value = "";
}

/** What is no URL is sent as well: the service says in words what is wrong with it. */
function urlForm() {
  return html`<form class="url" novalidate @submit=${(event) => {
    event.preventDefault();
    const { url } = event.target.elements;
    if (url.value.trim()) addUrls([url.value.trim()], choices());
    url.value = "";
  }}>
    <label><span class="visually-hidden">${w.urlOfFile}</span>
      <input name="url" type="url" placeholder=${w.urlOfFile} autocomplete="off" spellcheck="false"></label>
    <button class="button">${w.fetchUrl}</button>
  </form>`;
}

function recordButton() {
  if (recorder.state === "on") {
    return html`<button class="button recording" @click=${end}>
      ${icons.stop} ${w.stopRecording} <span class="clock">${clock((Date.now() - recorder.began) / 1000)}</span>
      <meter min="0" max="1" .value=${recorder.level} aria-label=${w.level}></meter>
    </button>`;
  }
  const can = canRecord();
  return html`<button class="button" ?disabled=${!can || recorder.state === "asking"} title=${can ? "" : w.cannotRecord}
    @click=${() => begin(w.recordingName, (file) => give([file]))}>${icons.microphone} ${w.record}</button>`;
}

function row(upload) {
  const { state, name, url, size: total, sent: known = 0 } = upload;
  const { sent } = state === "sending" ? upload.progress : { sent: known };
  const troubled = state === "failed" || state === "delayed";
  const act = (icon, label, action) => html`<button class="icon-button" title=${label} aria-label=${`${label}: ${name}`}
    @click=${() => action(upload)}>${icon}</button>`;
  return html`<li class=${`upload ${state}`}>
    <div class="name">${name}</div>
    <div class="quiet" role=${troubled ? "alert" : nothing}>${url && state === "sending" ? html`<span class="spinner"></span>` : nothing} ${described(upload)}</div>
    ${url ? nothing : html`<progress max=${Math.max(1, total)} .value=${sent} aria-label=${w.uploadProgress(name)}></progress>`}
    <div class="actions">
      ${troubled ? act(icons.retry, w.tryAgain, again) : nothing}
      ${state === "paused" ? act(icons.play, w.goOnUpload, again) : nothing}
      ${canPause(upload) ? act(icons.pause, w.pauseUpload, pause) : nothing}
      ${act(icons.close, w.removeUpload, drop)}
    </div>
  </li>`;
}

function described({ state, url, size: total, sent: known = 0, progress, error, resumed }) {
  if (state === "failed") return sentenceOf(error);
  if (state === "delayed") return url ? w.urlDelayed : w.uploadDelayed;
  if (state === "key") return w.uploadWantsKey;
  if (url) return state === "waiting" ? w.urlWaits : w.urlFetched;
  const whole = size(total, language);
  if (state === "paused") return w.uploadPaused(size(known, language), whole);
  if (state === "absent") return w.uploadAbsent(size(known, language), whole);
  if (state === "waiting") return resumed ? w.uploadResumed(whole) : w.uploadWaiting(whole);
  const { sent, speed } = progress;
  if (sent >= total && total) return w.uploadStoring;
  const left = speed > 0 ? span((total - sent) / speed, language) : null;
  return w.uploadSending(size(sent, language), whole, speed ? size(speed, language) : null, left);
}
