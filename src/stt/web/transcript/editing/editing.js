// What is changed in a transcript here: written in place, undone and done again, saved by itself.

import { jobPath, json } from "../../api.js";
import { patiently } from "../../connection.js";
import { redraw } from "../../drawing.js";
import { eventsWhileSeen } from "../../events.js";
import { tell } from "../../telling.js";
import { sentenceOf, w } from "../../words.js";
import { Editor } from "./editor.js";
import { History } from "./history.js";
import { Marked } from "./marked.js";
import { Rehearing } from "./rehearing.js";
import { reworded, tidied } from "./rewording.js";
import { Saving } from "./saving.js";
import { Versions } from "./versions.js";

export class Editing {
  /** `view` has the `whole` document, its `text` on the page, and `show(document)`, which shows another one. */
  constructor(view) {
    this.view = view;
    this.history = new History();
    /** What is shown to be read only, an older version; and its number. */
    this.machine = null;
    this.shown = null;
    const { signal } = view.leaving;
    this.saving = new Saving(view.id, {
      said, theirs: (document) => this.#others(document), writing: () => this.editor.open || this.machine, signal,
    });
    this.marked = new Marked(this);
    this.versions = new Versions(this);
    this.rehearing = new Rehearing(this);
    this.editor = new Editor({
      typed: (...typed) => this.#typed(...typed), ended: (segment) => this.#ended(segment),
      split: () => this.marked.split(), joined: (segment) => this.marked.joinBefore(segment),
    });
    addEventListener("pagehide", () => this.#leave(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.#leave(), { signal });
    view.text.root.addEventListener("dblclick", (event) => this.begin(event.target.closest("p")?.segment), { signal });
  }

  /** A transcript was read, which others may have changed, and this browser too. */
  async loaded(document) {
    this.ids = new Map(document.segments.map(({ id }, place) => [id, place]));
    if (!this.watching) this.#watch();
    await this.saving.pending.adopt();
    this.saving.settle(document);
    for (const operation of this.saving.pending.operations) this.#perform(operation);
    if (this.saving.pending.entries.size) this.saving.soon();
    redraw();
  }

  /** The service has made another version of a transcript that is read. */
  renewed(document) {
    this.saving.settle(document);
    this.#others(document);
    redraw();
  }

  /** Tabs of the same transcript keep up with each other. */
  async #watch() {
    this.watching = true;
    const { signal } = this.view.leaving;
    try {
      for await (const { type, data } of eventsWhileSeen("api/stt/events", signal)) {
        if (type === "open") {
          const { data: [newest] } = await json(`${jobPath(this.view.id)}/versions`, { query: { limit: 1 }, signal });
          if (newest) this.saving.heard(newest.version);
        } else if (type === "transcript.edited" && data.job_id === this.view.id) this.saving.heard(data.version);
      }
    } catch {
      // Without it others' changes are noticed when something is saved.
    }
  }

  get ready() {
    return Boolean(this.view.whole) && !this.machine;
  }

  /** The sentence that is played, or was last. */
  here() {
    const { player, text } = this.view;
    const segment = Math.max(0, text.document.segmentAt(player.time + 0.01));
    text.show(segment);
    this.begin(segment, true);
  }

  begin(segment, atEnd = false) {
    const paragraph = this.view.text.paragraphs[segment];
    if (!this.ready || !paragraph) return;
    if (this.view.player?.playing) this.view.player.toggle();
    this.editor.begin(paragraph, w.editing(paragraph.dataset.at), atEnd);
    redraw();
  }

  #typed(segment, written, goesOn) {
    const line = this.view.whole.segments[segment];
    const text = tidied(written);
    if (!text || text === tidied(line.text)) return;
    const redo = { op: "text", segment: line.id, text };
    this.history.add({ redo, undo: this.#restoring(segment) }, goesOn);
    this.#do(redo);
  }

  #restoring(segment) {
    const { segments } = this.view.whole;
    const line = segments[segment];
    return { op: "restore", after: segments[segment - 1]?.id ?? null, segments: [line.id], lines: [line] };
  }

  #ended(segment) {
    this.view.text.write(segment);
    this.view.lightDoubts();
    this.marked.written();
    this.saving.follow();
    redraw();
  }

  name(speaker, written) {
    const name = tidied(written) || null;
    const before = this.view.whole.speakers.find(({ id }) => id === speaker).name;
    if (name === before) return;
    const redo = { op: "name", speaker, name };
    this.history.add({ redo, undo: { op: "name", speaker, name: before } });
    this.#do(redo);
  }

  undo() {
    this.#again(this.history.undo(), () => this.history.redo());
  }

  redo() {
    this.#again(this.history.redo(), () => this.history.undo());
  }

  /** `back()` takes the step in the history back, should it come to nothing. */
  #again(operation, back) {
    if (!operation || !this.ready) return;
    if (Array.isArray(operation)) {
      this.#made(() => this.saving.restructure(operation)).then((done) => done || back());
      return;
    }
    this.#do(operation);
    const segment = this.ids.get(operation.segment ?? operation.segments?.[0]);
    if (segment !== undefined) this.view.text.show(segment);
  }

  /** Change which lines there are, or who speaks them: shown when the service has it, and undone as one. */
  async restructure(operations) {
    const undo = await this.#made(() => this.saving.restructure(operations));
    if (undo) this.history.add({ redo: operations, undo });
    redraw();
  }

  async revert(version) {
    if (this.machine) await this.look(null);
    const undo = await this.#made(() => this.saving.revert(version));
    if (!undo) return;
    const { operations: redo } = await json(`${jobPath(this.view.id)}/versions/${this.saving.version}`);
    this.history.add({ redo, undo });
    tell(w.wentBack(version));
  }

  async #made(asking) {
    this.editor.end();
    try {
      return await asking();
    } catch (error) {
      if (!this.view.leaving.signal.aborted) tell(error.code === "version_outdated" ? w.changedMeanwhile : sentenceOf(error));
      return null;
    }
  }

  #do(operation) {
    this.saving.change(operation, said(operation, this.view.whole));
    this.#perform(operation);
  }

  /** Show what an operation does, without asking the service. */
  #perform(operation) {
    const { whole, text } = this.view;
    if (operation.op === "name") {
      const speaker = whole.speakers?.find(({ id }) => id === operation.speaker);
      if (speaker) speaker.name = operation.name ?? w.speakerName(operation.speaker.slice(1));
      text.relabel();
    } else {
      const place = this.ids.get(operation.segment ?? operation.segments[0]);
      if (place === undefined) return;
      const line = whole.segments[place];
      whole.segments[place] = operation.lines?.[0]
        ?? { ...line, text: operation.text, words: reworded(line, operation.text) };
      text.revise(place, whole.segments[place], this.editor.paragraph?.segment === place);
      this.view.lightDoubts();
    }
    redraw();
  }

  /** Others' words are shown, with what is changed here upon them; whoever is writing goes on. */
  #others(document) {
    if (this.machine) return;
    this.editor.flush();
    const id = this.view.whole.segments[this.editor.paragraph?.segment]?.id;
    this.editor.end();
    this.marked.forget();  // The lines that it counts are others now.
    const place = scrollY;
    this.view.show(document);
    this.ids = new Map(document.segments.map((line, segment) => [line.id, segment]));
    for (const operation of this.saving.pending.operations) this.#perform(operation);
    scrollTo({ top: place, behavior: "instant" });
    if (id !== undefined) this.begin(this.ids.get(id), true);
  }

  #leave() {
    this.editor.flush();
    this.saving.leave();
  }

  close() {
    this.editor.end();
    this.saving.leave();
  }

  /** Show an older version, to be read only: 0 is what the machine wrote, `null` what that was changed to. */
  async look(version) {
    this.editor.end();
    try {
      const query = { version: version ?? "edited", format: "json" };
      await this.saving.send();
      const document = await patiently(() => json(`${jobPath(this.view.id)}/transcript`, { query }), this.view.leaving.signal);
      [this.machine, this.shown] = version === null ? [null, null] : [document, version];
      this.view.show(document);
      if (!this.machine) await this.loaded(document);
    } catch (error) {
      tell(sentenceOf(error));
    }
    redraw();
  }
}

/** What a document has where an operation would write; `undefined` where it has no such place. */
export function said(operation, document) {
  if (operation.op === "name") return document.speakers?.find(({ id }) => id === operation.speaker)?.name;
  const id = operation.segment ?? operation.segments[0];
  return document.segments.find((line) => line.id === id)?.text;
}
