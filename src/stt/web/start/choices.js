// How files are to be transcribed: as chosen the last time, else as the service assumes.

import { html } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { options } from "../api.js";
import { patiently } from "../connection.js";
import { redraw } from "../drawing.js";
import { remember, remembered } from "../settings.js";
import { language, nameOf, w } from "../words.js";

/** What the service offers; `null` until it has said so. */
export let offered = null;

const USUAL = { language: "", model: "", task: "", speakers: "", channels: "", hotwords: "" };
const PEOPLE = ["2", "3", "4", "5", "6", "7", "8"];
let chosen = { ...USUAL, ...remembered("choices", {}) };

export async function load() {
  offered = await patiently(options);
  if (!offered.models.includes(chosen.model)) chosen.model = "";
  redraw();
}

/** The fields of an upload. */
export const choices = () => ({ ...chosen });

function choose(name, value) {
  chosen = { ...chosen, [name]: value };
  remember("choices", chosen);
  redraw();
}

function select(name, label, entries) {
  return html`<label class="field">
    <span>${label}</span>
    <select name=${name} .value=${live(chosen[name])} @change=${(event) => choose(name, event.target.value)}>
      ${entries.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen[name]}>${text}</option>`)}
    </select>
  </label>`;
}

function languages() {
  if (!offered) return [["", "…"]];
  const [auto, multi, ...codes] = offered.languages;
  const collator = new Intl.Collator(language);
  const near = ["vi", "en"].filter((code) => codes.includes(code) && code !== offered.language);
  const rest = codes.filter((code) => code !== offered.language && !near.includes(code));
  return [
    ["", nameOf(offered.language)],
    ...[...near, auto, multi].filter((code) => code !== offered.language).map((code) => [code, nameOf(code)]),
    ...rest.map((code) => [code, nameOf(code)]).sort((a, b) => collator.compare(a[1], b[1])),
  ];
}

function models() {
  if (!offered) return [["", "…"]];
  const described = (name) => (w.models[name] ? `${name} · ${w.models[name]}` : name);
  return [
    ["", described(offered.model)],
    ...offered.models.filter((name) => name !== offered.model).map((name) => [name, described(name)]),
  ];
}

export function choicesForm() {
  return html`<div class="choices">
    <div class="fields">
      ${select("language", w.spokenLanguage, languages())}
      ${select("model", w.model, models())}
    </div>
    <details class="more">
      <summary class="unfolds">${w.moreOptions}</summary>
      <div class="fields">
        ${select("task", w.output, [["", w.taskTranscribe], ["translate", w.taskTranslate]])}
        ${select("speakers", w.speakers, [["", w.speakersOff], ["auto", w.speakersAuto], ...PEOPLE.map((count) => [count, w.people(count)])])}
        ${select("channels", w.channels, [["", w.channelsMixed], ["separate", w.channelsSeparate]])}
        <label class="field wide">
          <span>${w.hotwords}</span>
          <input type="text" maxlength="1000" .value=${live(chosen.hotwords)} placeholder=${w.hotwordsExample}
            @change=${(event) => choose("hotwords", event.target.value)}>
        </label>
      </div>
    </details>
  </div>`;
}
