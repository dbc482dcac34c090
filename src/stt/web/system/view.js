// The service as a whole: its parts, what waits, who does what, what was done, and where audio goes.

import { html, nothing, svg } from "../vendor/lit-html/lit-html.js";
import { span } from "../amounts.js";
import { icons } from "../icons.js";
import { language, sentenceOf, w } from "../words.js";
import { SystemLook, hearers, totalOf } from "./look.js";

/** Of the picture of the hours, in its own units. */
const BAR = { step: 10, width: 7, height: 60 };

export class SystemView {
  kind = "system";

  constructor() {
    this.look = new SystemLook();
    this.leaving = new AbortController();
    this.look.follow(this.leaving.signal);
  }

  get title() {
    return w.system;
  }

  close() {
    this.leaving.abort();
  }

  template() {
    const { health, system, refused } = this.look;
    return html`
      <a class="back" href="#/">${icons.left} ${w.allTranscripts}</a>
      <h1 tabindex="-1">${w.system}</h1>
      ${health ? parts(health) : html`<p class="quiet" role="status">${w.loading}</p>`}
      ${refused ? html`<p class="note">${sentenceOf(refused)}</p>` : nothing}
      ${system ? html`${workers(system.workers)} ${queue(system.queue)} ${hours(system.hours)} ${destinations(system.destinations)}` : nothing}`;
  }
}

function section(title, content) {
  return html`<section class="sheet" aria-label=${title}><h2>${title}</h2>${content}</section>`;
}

function parts({ status, parts, version }) {
  return section(w.systemParts, html`
    <p role="status">${w.systemStates[status]} <span class="quiet">${w.systemVersion(version)}</span></p>
    <ul class="facts">${Object.entries(parts).map(([name, part]) => html`<li class=${part.status}>
      <span class="state" aria-hidden="true">${part.status === "up" ? icons.done : icons.failed}</span>
      <span><strong>${w.partNames[name] ?? name}</strong> <span class="quiet">${part.detail ?? w.partAnswers}</span></span>
    </li>`)}</ul>`);
}

function workers(list) {
  if (!list.length) return section(w.workers, html`<p class="problem">${w.noWorkers}</p>`);
  return section(w.workers, html`<ul class="facts">${list.map(({ worker_id: id, duty, work }) => html`<li>
    <span class="state" aria-hidden="true">${work.length ? html`<span class="spinner"></span>` : html`<span class="dot"></span>`}</span>
    <span class="worker"><strong>${id}</strong> <span class="quiet">${w.workerDuties[duty]}</span>
      ${work.length ? work.map(doing) : html`<span class="quiet">${w.workerIdle}</span>`}</span>
  </li>`)}</ul>`);
}

function doing({ lane, job_id: job, pieces }) {
  const said = w.workerDoes[lane](pieces);
  return html`<span class="quiet">${said} ${job ? html`<a class="clock" href=${`#/jobs/${job}`}>${job.slice(0, 8)}</a>` : nothing}</span>`;
}

function queue(lanes) {
  return section(w.queue, html`<div class="scrolls" tabindex="0" role="group" aria-label=${w.queue}><table>
    <thead><tr><th scope="col">${w.queueOf}</th><th scope="col">${w.queueWaiting}</th><th scope="col">${w.queueOldest}</th>
      <th scope="col">${w.queueHeld}</th></tr></thead>
    <tbody>${lanes.map(({ lane, waiting, oldest_seconds: oldest, held }) => html`<tr><th scope="row">${w.lanes[lane]}</th>
      <td>${waiting}</td><td>${waiting ? span(oldest, language) : "–"}</td><td>${held}</td></tr>`)}</tbody>
  </table></div>`);
}

function hours(list) {
  const total = totalOf(list);
  const said = w.doneInHours(list.length, total.completed, span(total.audio_seconds, language), total.failed);
  const most = Math.max(1, ...list.map((hour) => hour.audio_seconds));
  const at = (hour) => new Date(hour.start).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  return section(w.throughput, html`<p>${said}</p>
    <svg class="hours" viewBox=${`0 0 ${list.length * BAR.step} ${BAR.height}`} preserveAspectRatio="none" role="img" aria-label=${said}>
      ${list.map((hour, place) => bar(hour, place, most, `${at(hour)} · ${w.doneInHour(hour.completed, span(hour.audio_seconds, language), hour.failed)}`))}
    </svg>
    <p class="ends quiet clock"><span>${at(list[0])}</span><span>${w.thisHour}</span></p>`);
}

function bar(hour, place, most, said) {
  const tall = hour.audio_seconds ? Math.max(2, (hour.audio_seconds / most) * BAR.height) : 1;
  return svg`<rect class=${hour.failed ? "failures" : hour.audio_seconds ? "done" : "none"} x=${place * BAR.step} y=${BAR.height - tall}
    width=${BAR.width} height=${tall}><title>${said}</title></rect>`;
}

function destinations(list) {
  const hosts = hearers(list);
  return section(w.whereAudioGoes, html`<p>${hosts.length ? w.audioGoesTo(hosts.join(", ")) : w.audioStays}</p>
    <div class="scrolls" tabindex="0" role="group" aria-label=${w.whereAudioGoes}><table>
      <thead><tr><th scope="col">${w.hostFor}</th><th scope="col">${w.host}</th><th scope="col">${w.hostIsTold}</th></tr></thead>
      <tbody>${list.map(({ use, place, host, told }) => html`<tr><th scope="row">${w.hostUses[use]}</th>
        <td>${host ?? (use === "packages" ? w.packageIndex : w.places[place])}</td><td>${w.toldKinds[told]}</td></tr>`)}</tbody>
    </table></div>`);
}
