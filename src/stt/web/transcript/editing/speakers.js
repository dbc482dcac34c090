// Who speaks: names, who is the same person, and telling the voices apart once more.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { ask, jobPath } from "../../api.js";
import { tell } from "../../telling.js";
import { sentenceOf, w } from "../../words.js";

const PEOPLE = [2, 3, 4, 5, 6, 7, 8];

export function speakers(editing) {
  const { view: { whole }, machine } = editing;
  if (!whole.speakers?.length || machine) return nothing;
  return html`<details class="names"><summary class="unfolds">${w.speakersNamed(whole.speakers.map(({ name }) => name))}</summary>
    <div class="names-fields">${whole.speakers.map((speaker, place) => person(editing, speaker, place))}</div>
    ${toldApart(editing)}</details>`;
}

function person(editing, { id, name }, place) {
  const others = editing.view.whole.speakers.filter((other) => other.id !== id);
  return html`<div class="person"><label class="field"><span data-voice=${place % 8}>${w.speakerName(id.slice(1))}</span>
      <input type="text" maxlength="100" autocomplete="off" .value=${name}
        @change=${(event) => editing.name(id, event.target.value)}></label>
    ${others.length ? html`<label><span class="visually-hidden">${w.sameAs(name)}</span>
      <select .value=${live("")} @change=${(event) => {
        if (event.target.value) editing.restructure([{ op: "merge", speaker: id, into: event.target.value }]);
      }}><option value="">${w.isSomebody}</option>
      ${others.map((other) => html`<option value=${other.id}>${other.name}</option>`)}</select></label>` : nothing}
  </div>`;
}

/** Without transcribing again; the service does it only to what nobody has changed, and says so. */
function toldApart({ view, saving }) {
  return html`<form class="apart" @submit=${async (event) => {
    event.preventDefault();
    const { people } = event.target.elements;
    try {
      await saving.send();
      await ask(`${jobPath(view.id)}/redo`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ speakers: people.value }),
      });
      dispatchEvent(new Event("hashchange"));
    } catch (error) {
      tell(sentenceOf(error));
    }
  }}>
    <label><span class="visually-hidden">${w.howManySpeak}</span><select name="people">
      <option value="auto">${w.asManyAsHeard}</option>
      ${PEOPLE.map((count) => html`<option value=${count}>${w.people(count)}</option>`)}</select></label>
    <button class="button">${w.tellApartAgain}</button>
  </form>`;
}
