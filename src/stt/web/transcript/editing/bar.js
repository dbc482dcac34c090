// What stands above the text about changes: whether they are saved, who speaks, what stands against what.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icons } from "../../icons.js";
import { sentenceOf, w } from "../../words.js";

export function editingBar(editing) {
  const { view, saving, history, machine } = editing;
  if (!view.whole?.segments.length) return nothing;
  const button = (action, title, drawn, enabled) => html`<button class="icon-button" title=${title} aria-label=${title}
    ?disabled=${!enabled} @click=${action}>${drawn}</button>`;
  const changed = saving.version > 0 || saving.pending.entries.size > 0;
  return html`<div class="editing">
    <div class="editing-line">
      ${machine ? html`<span class="quiet">${w.machineShown}</span>` : html`
        ${button(() => editing.undo(), w.undo, icons.undo, history.done.length)}
        ${button(() => editing.redo(), w.redo, icons.redo, history.undone.length)}
        <span class="quiet" role="status">${changed ? w.saved[saving.state] : w.howToEdit}</span>`}
      ${changed || machine ? html`<button class="text-button" aria-pressed=${Boolean(machine)} @click=${() => editing.compare()}>
        ${machine ? w.backToEdited : w.asMachineWrote}</button>` : nothing}
    </div>
    ${speakers(editing)} ${refusal(saving)} ${saving.against.slice(0, 1).map((each) => conflict(saving, each))}
  </div>`;
}

function speakers(editing) {
  const { view: { whole }, machine } = editing;
  if (!whole.speakers?.length || machine) return nothing;
  return html`<details class="names"><summary class="unfolds">${w.speakersNamed(whole.speakers.map(({ name }) => name))}</summary>
    <div class="names-fields">${whole.speakers.map(({ id, name }, place) => html`
      <label class="field"><span data-voice=${place % 8}>${w.speakerName(id.slice(1))}</span>
        <input type="text" maxlength="100" autocomplete="off" .value=${name}
          @change=${(event) => editing.name(id, event.target.value)}></label>`)}</div></details>`;
}

function refusal(saving) {
  if (!saving.refused) return nothing;
  return html`<div class="problem" role="alert"><p>${w.notSaved} ${sentenceOf(saving.refused)}</p>
    <div class="buttons"><button class="button small" @click=${() => saving.soon(0)}>${w.tryAgain}</button>
      <button class="button small" @click=${() => {
        saving.discard();
        saving.catchUp().catch(() => {});
      }}>${w.discard}</button></div></div>`;
}

function conflict(saving, each) {
  const mine = each.operation.op === "name" ? each.operation.name : (each.operation.text ?? each.operation.lines[0].text);
  return html`<div class="conflict" role="alert">
    <p>${w.changedElsewhere}</p>
    <dl><div><dt>${w.yours}</dt><dd>${mine}</dd></div><div><dt>${w.theirs}</dt><dd>${each.theirs ?? w.removedThere}</dd></div></dl>
    <div class="buttons">
      ${each.theirs === undefined ? nothing : html`<button class="button small" @click=${() => saving.decide(each, true)}>${w.keepYours}</button>`}
      <button class="button small" @click=${() => {
        saving.decide(each, false);
        saving.catchUp().catch(() => {});
      }}>${w.takeTheirs}</button></div></div>`;
}
