// One paragraph that is written in. Typing is told after a rest, and when it ends; while an input method composes (dead
// keys, Telex, kanji) nothing is, as what stands there is no word yet.

const REST = 600;

export class Editor {
  /** `typed(segment, text, goesOn)` is told what is written, `ended()` that nobody writes any more; `split()` is asked
   * for here, and `joined(segment)` with the one before. */
  constructor({ typed, ended, split, joined }) {
    Object.assign(this, { typed, ended, split, joined });
    this.paragraph = null;
  }

  get open() {
    return this.paragraph !== null;
  }

  begin(paragraph, label, caretAtEnd) {
    if (this.paragraph === paragraph) return;
    this.end();
    this.paragraph = paragraph;
    this.told = paragraph.textContent;
    this.first = this.told;
    this.goesOn = false;
    this.listening = new AbortController();
    const { signal } = this.listening;
    paragraph.contentEditable = "plaintext-only";
    Object.entries({ role: "textbox", "aria-label": label, "aria-multiline": "false" })
      .forEach(([name, value]) => paragraph.setAttribute(name, value));
    paragraph.classList.add("writing");
    paragraph.addEventListener("input", (event) => event.isComposing || this.#soon(), { signal });
    paragraph.addEventListener("compositionend", () => this.#soon(), { signal });
    paragraph.addEventListener("keydown", (event) => this.#key(event), { signal });
    paragraph.addEventListener("blur", () => this.end(), { signal });
    paragraph.focus();
    if (caretAtEnd) getSelection().selectAllChildren(paragraph), getSelection().collapseToEnd();
  }

  #soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), REST);
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.split();
      return;
    }
    if (event.key === "Backspace" && this.#isAtStart()) {
      event.preventDefault();
      this.joined(this.paragraph.segment);
      return;
    }
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") this.paragraph.textContent = this.first;
    this.end();
  }

  #isAtStart() {
    const selection = getSelection();
    if (!selection.isCollapsed || !this.paragraph.contains(selection.anchorNode)) return false;
    const before = document.createRange();
    before.setStart(this.paragraph, 0);
    before.setEnd(selection.anchorNode, selection.anchorOffset);
    return before.toString() === "";
  }

  /** Tell what is written, if that is something else. */
  flush() {
    clearTimeout(this.timer);
    if (!this.paragraph) return;
    const text = this.paragraph.textContent;
    if (text === this.told) return;
    this.told = text;
    this.typed(this.paragraph.segment, text, this.goesOn);
    this.goesOn = true;
  }

  end() {
    if (!this.paragraph) return;
    this.flush();
    const paragraph = this.paragraph;
    this.paragraph = null;
    this.listening.abort();
    for (const name of ["contenteditable", "role", "aria-label", "aria-multiline"]) paragraph.removeAttribute(name);
    paragraph.classList.remove("writing");
    this.ended(paragraph.segment);
  }
}
