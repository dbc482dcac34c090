// The text of a transcript on the page: one paragraph with one text node for each segment, in sections that the browser
// lays out when they come near. Words are no elements; what is lit is a range (CSS Custom Highlight API).

import { clock } from "../amounts.js";
import { TranscriptDocument } from "./document.js";

const SECTION = 200;
/** A line's height, a paragraph's margin and letters a line, in CSS pixels: for the height of what was never laid out. */
const GUESS = { line: 29, margin: 10, letters: 75 };
/** Ranges that a browser paints without being felt. */
const MOST_LIT = 2000;

export class TranscriptText {
  /** `whenWord(word)` is called when a word is clicked, `label(who)` names who speaks. */
  constructor({ whenWord, label }) {
    this.document = new TranscriptDocument();
    this.root = document.createElement("div");
    this.root.className = "text";
    this.paragraphs = [];
    this.label = label;
    this.guess = 0;
    this.lights = new Map();
    this.root.addEventListener("click", (event) => {
      if (!getSelection().isCollapsed || event.target.closest(".writing")) return;
      const word = this.wordUnder(event);
      if (word >= 0) whenWord(word);
    });
  }

  append(segments, { fresh = false } = {}) {
    const first = this.document.segments;
    this.document.append(segments);
    for (let segment = first; segment < this.document.segments; segment += 1) {
      if (segment % SECTION === 0) this.#openSection();
      const paragraph = this.#paragraph(segment, fresh);
      this.section.append(paragraph);
      this.paragraphs.push(paragraph);
      this.guess += GUESS.margin + GUESS.line * Math.ceil(this.document.texts[segment].length / GUESS.letters);
    }
    if (this.section) this.section.style.containIntrinsicBlockSize = `auto ${this.guess}px`;
  }

  /** All segments anew, as when a job has ended; what is lit goes out. */
  replace(segments) {
    this.dim();
    this.document = new TranscriptDocument();
    this.paragraphs = [];
    this.section = null;
    this.root.replaceChildren();
    this.append(segments);
  }

  /** Another line in the place of a segment; its paragraph stays as it is while it is `written` in. */
  revise(segment, line, written) {
    this.document.revise(segment, line);
    if (!written) this.write(segment);
  }

  /** What the document has for a segment: one text node again. */
  write(segment) {
    const text = this.document.texts[segment];
    if (this.paragraphs[segment].childNodes.length !== 1 || this.paragraphs[segment].textContent !== text) {
      this.paragraphs[segment].textContent = text;
    }
  }

  /** Speakers have other names. */
  relabel() {
    for (const paragraph of this.root.querySelectorAll("p[data-who]")) {
      paragraph.dataset.who = this.label(this.document.who[paragraph.segment]);
    }
  }

  #openSection() {
    if (this.section) this.section.style.containIntrinsicBlockSize = `auto ${this.guess}px`;
    this.section = document.createElement("section");
    this.guess = 0;
    this.root.append(this.section);
  }

  #paragraph(segment, fresh) {
    const paragraph = document.createElement("p");
    const who = this.document.who[segment];
    paragraph.dataset.at = clock(this.document.segmentStart.values[segment]);
    if (who !== null && who !== this.document.who[segment - 1]) paragraph.dataset.who = this.label(who);
    if (who !== null) paragraph.dataset.voice = String(this.#voice(who));
    if (fresh) paragraph.className = "fresh";
    paragraph.segment = segment;
    paragraph.textContent = this.document.texts[segment];
    return paragraph;
  }

  #voice(who) {
    this.voices ??= new Map();
    if (!this.voices.has(who)) this.voices.set(who, this.voices.size % 8);
    return this.voices.get(who);
  }

  /** The word under the pointer; the first of a paragraph where its time was clicked; -1 elsewhere. */
  wordUnder(event) {
    const paragraph = event.target.closest?.("p");
    if (paragraph?.segment === undefined) return -1;
    const [node, offset] = caretAt(event.clientX, event.clientY);
    const place = node === paragraph.firstChild ? offset : 0;
    return this.document.wordAtPlace(paragraph.segment, place);
  }

  rangeOf({ segment, place }, end) {
    const range = new Range();
    range.setStart(this.#node(segment), place);
    range.setEnd(this.#node(end.segment), end.place);
    return range;
  }

  rangeOfWord(word) {
    const { segment, from, to } = this.document.placeOf(word);
    return this.rangeOf({ segment, place: from }, { segment, place: to });
  }

  #node(segment) {
    return this.paragraphs[segment].firstChild ?? this.paragraphs[segment];
  }

  /** Light ranges under a name that the style sheet knows. */
  light(name, ranges) {
    if (!globalThis.Highlight) return;
    const lit = new Highlight(...ranges.slice(0, MOST_LIT));
    lit.priority = { doubt: 0, found: 1, spoken: 2, current: 3 }[name] ?? 0;
    CSS.highlights.set(name, lit);
    this.lights.set(name, lit);
  }

  dim(name) {
    for (const each of name ? [name] : [...this.lights.keys()]) {
      if (CSS.highlights?.get(each) === this.lights.get(each)) CSS.highlights?.delete(each);
      this.lights.delete(each);
    }
  }

  /** Bring a segment where eyes rest, unless it is in sight already. */
  show(segment, { always = false } = {}) {
    const paragraph = this.paragraphs[segment];
    if (!paragraph) return;
    const { top, bottom } = paragraph.getBoundingClientRect();
    if (!always && top > innerHeight * 0.2 && bottom < innerHeight * 0.75) return;
    const far = Math.abs(top) > 2 * innerHeight || matchMedia("(prefers-reduced-motion: reduce)").matches;
    paragraph.scrollIntoView({ block: "center", behavior: far ? "instant" : "smooth" });
  }
}

function caretAt(x, y) {
  if (document.caretPositionFromPoint) {
    const caret = document.caretPositionFromPoint(x, y);
    return [caret?.offsetNode, caret?.offset ?? 0];
  }
  const range = document.caretRangeFromPoint?.(x, y);
  return [range?.startContainer, range?.startOffset ?? 0];
}
