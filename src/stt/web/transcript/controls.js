// The bar at the foot: play, skip, speed, place.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { clock } from "../amounts.js";
import { icons } from "../icons.js";
import { w } from "../words.js";
import { RATES } from "./player.js";

const SKIP = 5;

export function controls(view) {
  const { player } = view;
  if (!player) return nothing;
  if (player.broken) return html`<div class="player"><p class="quiet">${w.cannotPlay}</p></div>`;
  const duration = view.whole?.duration || player.media.duration || view.job.duration || 0;
  view.controls ??= new Place(view);
  view.controls.duration = Number.isFinite(duration) ? duration : 0;
  const icon = (action, title, drawn, pressed) => html`<button class="icon-button" title=${title} aria-label=${title}
    aria-pressed=${pressed ?? nothing} @click=${action}>${drawn}</button>`;
  return html`<div class="player" role="group" aria-label=${w.player}>
    ${player.pictured ? nothing : html`<div hidden>${player.media}</div>`}
    ${icon(() => player.seek(player.time - SKIP), w.back(SKIP), icons.back)}
    <button class="play" aria-label=${player.playing ? w.pause : w.play} title=${player.playing ? w.pause : w.play}
      @click=${() => player.toggle()}>${player.playing ? icons.pause : icons.play}</button>
    ${icon(() => player.seek(player.time + SKIP), w.forward(SKIP), icons.forward)}
    <span class="clock now">${clock(player.time)}</span>
    <input class="place" type="range" min="0" max=${view.controls.duration} step="0.1" .value=${live(String(player.time))}
      aria-label=${w.place} aria-valuetext=${w.placeOf(clock(player.time), clock(view.controls.duration))}
      @input=${(event) => player.seek(Number(event.target.value))}>
    <span class="clock">${clock(view.controls.duration)}</span>
    <label class="rate"><span class="visually-hidden">${w.speed}</span>
      <select @change=${(event) => player.setRate(Number(event.target.value))}>
        ${RATES.map((rate) => html`<option value=${rate} ?selected=${rate === player.rate}>${rate}×</option>`)}
      </select></label>
    ${icon(() => view.toggleLoop(), w.loop, icons.loop, Boolean(player.loop))}
    ${icon(() => view.toggleFollow(), w.follow, icons.follow, view.following)}
    <span class="only-wide">${icon(() => document.querySelector(".help").showModal(), w.keys, icons.keys)}</span>
  </div>`;
}

/** Moves what shows the place without drawing the view anew in every frame. */
class Place {
  constructor(view) {
    this.view = view;
    this.duration = 0;
  }

  moved(second) {
    const bar = document.querySelector(".player");
    if (!bar) return;
    const now = clock(second);
    const shown = bar.querySelector(".now");
    if (shown && shown.textContent !== now) {
      // The text node is lit-html's own: it stays, only its data changes.
      [...shown.childNodes].find((node) => node.nodeType === Node.TEXT_NODE).data = now;
      bar.querySelector(".place").setAttribute("aria-valuetext", w.placeOf(now, clock(this.duration)));
    }
    const place = bar.querySelector(".place");
    if (place && !place.matches(":active")) place.value = String(second);
  }
}
