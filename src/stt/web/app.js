// The page: which view is shown, and what stands round all of them.

import { html, nothing, render } from "./vendor/lit-html/lit-html.js";
import { connection } from "./connection.js";
import { drawWith, redraw } from "./drawing.js";
import { icons } from "./icons.js";
import { removeNow, watch } from "./jobs/list.js";
import { regretting } from "./jobs/view.js";
import { asking, giveKey } from "./key.js";
import { load } from "./start/choices.js";
import { listen, startView } from "./start/start.js";
import { isBusy, restore } from "./start/uploads.js";
import { SystemView } from "./system/view.js";
import { told } from "./telling.js";
import { THEMES, setTheme, theme } from "./theme.js";
import { TranscriptView } from "./transcript/view.js";
import { LANGUAGES, language, speak, w } from "./words.js";

const root = document.getElementById("page");
let view = null;
let leaving = new AbortController();

/** Views by the fragment of the address: `#/`, `#/system` and `#/jobs/ID?t=SECONDS`. */
function route() {
  const [, id, query] = location.hash.match(/^#\/jobs\/([\w-]+)(?:\?(.*))?$/) ?? [];
  view?.close();
  leaving.abort();
  leaving = new AbortController();
  const moment = new URLSearchParams(query).get("t");
  if (id) view = new TranscriptView(id, moment === null ? null : Number(moment) || 0);
  else view = location.hash === "#/system" ? new SystemView() : null;
  if (!view) watch(leaving.signal);
  scrollTo(0, 0);
  redraw();
}

function draw() {
  document.title = view ? `${view.title} · stt` : `stt · ${w.transcribe}`;
  render(html`
    <a class="skip" href="#main" @click=${skip}>${w.skipToContent}</a>
    <header class="top">
      <a class="brand" href="#/">${mark} stt</a>
      ${connection.lost ? html`<p class="lost" role="status"><span class="spinner"></span> ${w.connectionLost}</p>` : nothing}
      <nav class="tools" aria-label=${w.settings}>${systemLink()} ${languageButton()} ${themeButton()}</nav>
    </header>
    <main id="main" tabindex="-1" class=${view?.kind ?? "start"}>${view ? view.template() : startView()}</main>
    ${keyDialog()} ${regretting()} ${told()}`, root);
  document.querySelector("dialog.key:not([open])")?.showModal();
}

const mark = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><path d="M7 13v6M12 8v16M17 11.5v9M22 6.5v19M26.5 13.5v5"/></svg>`;

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

function systemLink() {
  return html`<a class="text-button" href="#/system" aria-current=${view?.kind === "system" ? "page" : nothing}>${w.system}</a>`;
}

function languageButton() {
  const other = Object.keys(LANGUAGES).find((code) => code !== language);
  return html`<button class="text-button" lang=${other} @click=${() => {
    speak(other);
    redraw();
  }}>${LANGUAGES[other].languageName}</button>`;
}

function themeButton() {
  const now = theme();
  const icon = { system: icons.system, light: icons.sun, dark: icons.moon }[now];
  const label = `${w.theme}: ${w.themes[now]}`;
  return html`<button class="icon-button" title=${label} aria-label=${label} @click=${() => {
    setTheme(THEMES[(THEMES.indexOf(now) + 1) % THEMES.length]);
    redraw();
  }}>${icon}</button>`;
}

function keyDialog() {
  if (!asking.wanted) return nothing;
  return html`<dialog class="key" aria-labelledby="key-title" @cancel=${(event) => event.preventDefault()}>
    <form method="dialog" @submit=${(event) => {
      const { value, device } = event.target.elements;
      giveKey(value.value, device.checked);
    }}>
      <h2 id="key-title">${w.keyWanted}</h2>
      <p class="quiet">${asking.refused ? w.keyRefused : w.keyExplained}</p>
      <label class="field"><span>${w.keyName}</span>
        <input name="value" type="password" required autocomplete="current-password" spellcheck="false"></label>
      <label class="check"><input name="device" type="checkbox"> ${w.keepKey}</label>
      <button class="button primary">${w.keyGive}</button>
    </form>
  </dialog>`;
}

addEventListener("hashchange", route);
addEventListener("pagehide", removeNow);
addEventListener("beforeunload", (event) => {
  if (isBusy()) event.preventDefault();
});
speak();
drawWith(draw);
listen(redraw);
load();
restore();
route();
