// What stands above the text about changes: whether they are saved, who speaks, what stands against what.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icons } from "../../icons.js";
import { sentenceOf, w } from "../../words.js";
import { speakers } from "./speakers.js";

export function editingBar(editing) {
  const { view, saving, history, machine, shown, versions, rehearing } = editing;
  if (!view.whole?.segments.length) return nothing;
  const button = (action, title, drawn, enabled) => html`<button class="icon-button" title=${title} aria-label=${title}
    ?disabled=${!enabled} @click=${action}>${drawn}</button>`;
  const text = (label, action) => html`<button class="text-button" @click=${action}>${label}</button>`;
  const changed = saving.version > 0 || saving.pending.entries.size > 0;
  return html`<div class="editing">
    <div class="editing-line">
      ${machine ? html`<span class="quiet" role="status">${shown ? w.versionShown(shown) : w.machineShown}</span>` : html`
        ${button(() => editing.undo(), w.undo, icons.undo, history.done.length)}
        ${button(() => editing.redo(), w.redo, icons.redo, history.undone.length)}
        <span class="quiet" role="status">${changed ? w.saved[saving.state] : w.howToEdit}</span>`}
      ${machine ? html`${text(w.goBackTo, () => editing.revert(shown))} ${text(w.backToEdited, () => editing.look(null))}` : nothing}
      ${changed && !machine ? html`${text(w.asMachineWrote, () => editing.look(0))} ${text(w.versions, () => versions.open())}` : nothing}
    </div>
    ${speakers(editing)} ${refusal(saving)} ${saving.against.slice(0, 1).map((each) => conflict(saving, each))}
    ${rehearing.line()} ${versions.template()} ${rehearing.dialog()}
  </div>`;
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
