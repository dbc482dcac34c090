// The bar at the foot: the recording, play, skip, speed.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { clock } from "../amounts.js";
import { icons } from "../icons.js";
import { w } from "../words.js";
import { RATES } from "./player.js";

export const SKIP = 5;

export function controls(view) {
  const { player } = view;
  if (!player) return nothing;
  if (player.broken) return html`<div class="player">${view.editing.marked.template()}<p class="quiet">${w.cannotPlay}</p></div>`;
  view.place ??= new Place(view);
  const button = (action, title, drawn, pressed) => html`<button class="icon-button" title=${title} aria-label=${title}
    aria-pressed=${pressed ?? nothing} @click=${action}>${drawn}</button>`;
  return html`<div class="player" role="group" aria-label=${w.player}>
    ${view.editing.marked.template()}
    ${view.place.template()}
    <span class="times clock"><span class="now">${clock(player.time)}</span> / ${clock(view.place.duration)}</span>
    ${button(() => player.seek(player.time - SKIP), w.back(SKIP), icons.back)}
    <button class="play" aria-label=${player.playing ? w.pause : w.play} title=${player.playing ? w.pause : w.play}
      @click=${() => player.toggle()}>${player.playing ? icons.pause : icons.play}</button>
    ${button(() => player.seek(player.time + SKIP), w.forward(SKIP), icons.forward)}
    <span class="rest">
      <label class="rate"><span class="visually-hidden">${w.speed}</span>
        <select @change=${(event) => player.setRate(Number(event.target.value))}>
          ${RATES.map((rate) => html`<option value=${rate} ?selected=${rate === player.rate}>${rate}×</option>`)}
        </select></label>
      ${view.editing.ready ? button(() => view.editing.here(), w.editThis, icons.pen) : nothing}
      ${button(() => view.toggleLoop(), w.loop, icons.loop, Boolean(player.loop))}
      ${button(() => view.toggleFollow(), w.follow, icons.follow, view.following)}
      <span class="only-wide">${button(() => document.querySelector(".help").showModal(), w.keys, icons.keys)}</span>
    </span>
  </div>`;
}

/** The slider over the waveform. While it plays it is moved by itself: drawing the view anew in each frame is dear. */
class Place {
  constructor(view) {
    this.view = view;
  }

  get duration() {
    const { whole, player, job, waveform } = this.view;
    const known = whole?.duration || job.duration || waveform.duration || player.media.duration;
    return Number.isFinite(known) ? known : 0;
  }

  template() {
    const { player, waveform } = this.view;
    const said = w.placeOf(clock(player.time), clock(this.duration));
    return html`<div class=${`track ${waveform.peaks ? "drawn" : ""}`}>
      ${waveform.root}
      <input class="place" type="range" min="0" max=${this.duration} step="0.1" .value=${live(String(player.time))}
        aria-label=${w.place} aria-valuetext=${said} @input=${(event) => player.seek(Number(event.target.value))}>
    </div>`;
  }

  moved(second) {
    this.view.waveform.moved(second);
    const bar = document.querySelector(".player");
    if (!bar) return;
    const now = clock(second);
    const shown = bar.querySelector(".now");
    const place = bar.querySelector(".place");
    if (shown && shown.textContent !== now) {
      // The text node is lit-html's own: it stays, only its data changes.
      [...shown.childNodes].find((node) => node.nodeType === Node.TEXT_NODE).data = now;
      place.setAttribute("aria-valuetext", w.placeOf(now, clock(this.duration)));
    }
    if (place && !place.matches(":active")) place.value = String(second);
  }
}
