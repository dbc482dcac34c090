// The keys, and whether they act.

import { html } from "../vendor/lit-html/lit-html.js";
import { redraw } from "../drawing.js";
import { w } from "../words.js";
import { KEYS, keysOn, turnKeys } from "./keys.js";

const SHOWN = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

export function help() {
  const actions = Map.groupBy(Object.entries(KEYS), ([, action]) => action);
  return html`<dialog class="help" aria-labelledby="help-title">
    <h2 id="help-title">${w.keys}</h2>
    <dl>${[...actions].map(([action, keys]) => html`<div>
      <dt>${keys.map(([key]) => html`<kbd>${SHOWN[key] ?? key}</kbd> `)}</dt><dd>${w.actions[action]}</dd></div>`)}
    </dl>
    <label class="check"><input type="checkbox" .checked=${keysOn()} @change=${(event) => {
      turnKeys(event.target.checked);
      redraw();
    }}> ${w.keysOn}</label>
    <form method="dialog"><button class="button">${w.close}</button></form>
  </dialog>`;
}
