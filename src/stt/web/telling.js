// One sentence at a time about what has just happened.

import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { redraw } from "./drawing.js";

const SHOWN = 5000;
let sentence = null;
let timer = 0;

export function tell(said) {
  sentence = said;
  clearTimeout(timer);
  timer = setTimeout(() => {
    sentence = null;
    redraw();
  }, SHOWN);
  redraw();
}

export const told = () => html`<div class="told" role="status">${sentence ? html`<div class="toast">${sentence}</div>` : nothing}</div>`;
