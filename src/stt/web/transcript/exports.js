// Taking a transcript away: as a file in every form the service writes, or by the clipboard.

import { html } from "../vendor/lit-html/lit-html.js";
import { ask, jobPath } from "../api.js";
import { icons } from "../icons.js";
import { sentenceOf, w } from "../words.js";
import { tell } from "../telling.js";

export const FORMS = ["txt", "srt", "vtt", "docx", "tsv", "json"];

/** Fetched and saved, not a plain link: a link could not show the key. */
async function save(job, form) {
  try {
    const answer = await ask(`${jobPath(job.job_id)}/transcript`, { query: { format: form } });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = `${job.filename.replace(/\.[^.]+$/, "")}.${form}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  } catch (error) {
    tell(sentenceOf(error));
  }
}

async function copy(texts) {
  try {
    await navigator.clipboard.writeText(texts.join("\n"));
    tell(w.copied);
  } catch {
    tell(w.notCopied);
  }
}

export function exportMenu(job, text) {
  return html`<details class="menu" @keydown=${(event) => event.key === "Escape" && shut(event.currentTarget)}
    @focusout=${(event) => event.currentTarget.contains(event.relatedTarget) || event.currentTarget.removeAttribute("open")}>
    <summary class="button">${icons.export} ${w.download}</summary>
    <ul>
      ${FORMS.map((form) => html`<li><button @click=${(event) => {
        shut(event.target.closest("details"));
        save(job, form);
      }}><strong>${form.toUpperCase()}</strong> <span class="quiet">${w.forms[form]}</span></button></li>`)}
      <li><button @click=${(event) => {
        shut(event.target.closest("details"));
        copy(text.document.texts);
      }}>${icons.copy} ${w.copyText}</button></li>
    </ul>
  </details>`;
}

function shut(menu) {
  menu.removeAttribute("open");
  menu.querySelector("summary").focus();
}
