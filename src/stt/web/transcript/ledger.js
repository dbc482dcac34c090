// What became of every second: words, silence, sound, what was left out, and what is missing.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { clock, span } from "../amounts.js";
import { language, w } from "../words.js";

const KINDS = ["words", "silence", "sound", "suppressed", "gap"];

/** The account of a whole transcript; `hear(second)` plays a place. */
export function account(whole, hear) {
  const { coverage, gaps, suppressed, duration } = whole;
  if (!duration) return nothing;
  const shown = KINDS.filter((kind) => coverage[kind] > 0);
  const trouble = gaps.length + suppressed.length;
  return html`<details class="account">
    <summary class="unfolds">
      <span class="account-line">${trouble ? w.accountTrouble(gaps.length, suppressed.length) : w.accountWell}</span>
      <span class="visually-hidden">${w.accountOf}</span>
    </summary>
    <dl class="kinds">${shown.map((kind) => html`<div class=${`kind ${kind}`}>
      <dt>${w.kinds[kind]}</dt>
      <dd><meter min="0" max=${duration} .value=${coverage[kind]} aria-label=${w.kinds[kind]}></meter>
        <span class="clock">${span(coverage[kind], language)}</span></dd></div>`)}
    </dl>
    ${gaps.length ? places(w.gaps, gaps, hear, (gap) => w.gapReasons[gap.reason] ?? gap.reason) : nothing}
    ${suppressed.length ? places(w.suppressed, suppressed, hear, (each) => `“${each.text}”`) : nothing}
  </details>`;
}

function places(title, entries, hear, described) {
  return html`<h2>${title}</h2>
    <ul class="places">${entries.slice(0, 200).map((each) => html`<li>
      <button class="button small clock" @click=${() => hear(each.start)}>${clock(each.start)}</button> ${described(each)}
    </li>`)}</ul>`;
}
