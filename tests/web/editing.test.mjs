import assert from "node:assert/strict";
import { test } from "node:test";

import { TranscriptDocument } from "../../src/stt/web/transcript/document.js";
import { History } from "../../src/stt/web/transcript/editing/history.js";
import { Pending, saidBy } from "../../src/stt/web/transcript/editing/pending.js";
import { reworded, tidied } from "../../src/stt/web/transcript/editing/rewording.js";
import { actionOf } from "../../src/stt/web/transcript/keys.js";

class Storage {
  constructor() {
    this.items = new Map();
  }
  get length() {
    return this.items.size;
  }
  key(place) {
    return [...this.items.keys()][place] ?? null;
  }
  getItem(name) {
    return this.items.get(name) ?? null;
  }
  setItem(name, value) {
    this.items.set(name, value);
  }
  removeItem(name) {
    this.items.delete(name);
  }
}

const write = (segment, text) => ({ op: "text", segment, text });
const name = (speaker, given) => ({ op: "name", speaker, name: given });

test("of several changes of one segment the last is sent, and what was there before the first is known", () => {
  const pending = new Pending("a", new Storage());
  pending.add(write(1, "b"), "a");
  pending.add(name("S1", "Lan"), "Speaker 1");
  pending.add(write(1, "c"), "b");
  assert.deepEqual(pending.operations, [write(1, "c"), name("S1", "Lan")]);
  assert.deepEqual(pending.against(({ op }) => (op === "name" ? "Speaker 1" : "a")), []);
  assert.deepEqual(pending.against(({ op }) => (op === "name" ? "Minh" : "theirs")).map(([key]) => key), ["1", "S1"]);
  assert.deepEqual(pending.against(({ op }) => (op === "name" ? "Lan" : "c")), [], "they wrote the same");
});

test("what is changed anew while it is sent stands upon what was sent, whether the answer comes or is lost", () => {
  const pending = new Pending("a", new Storage());
  pending.add(write(1, "b"), "a");
  const batch = pending.sending();
  pending.add(write(1, "c"), "b");
  assert.deepEqual(pending.against(() => "b"), [], "it is our own, of which the answer was lost");
  pending.taken(batch);
  assert.deepEqual(pending.operations, [write(1, "c")]);
  assert.equal(pending.against(() => "a").length, 1);
  assert.equal(pending.against(() => "b").length, 0);
});

test("changes outlive their page, and are taken up by the next one, but not from a page that is open", async () => {
  const storage = new Storage();
  new Pending("a", storage).add(write(1, "b"), "a");
  const [[left, kept]] = storage.items;
  storage.items = new Map([["stt.edits.a.gone", kept], ["stt.edits.a.open", kept.replace('"b"', '"x"')], ["stt.edits.b.gone", kept]]);
  assert.match(left, /^stt\.edits\.a\./);
  const next = new Pending("a", storage);
  await next.adopt({ query: async () => ({ held: [{ name: "stt.edits.open" }] }) });
  assert.deepEqual(next.operations, [write(1, "b")]);
  assert.deepEqual([...storage.items.keys()].filter((each) => !each.endsWith("gone") && !each.endsWith("open")), [next.own]);
  assert.ok(storage.getItem("stt.edits.a.open") && storage.getItem("stt.edits.b.gone"));
  next.taken(next.sending());
  assert.equal(storage.getItem(next.own), null);
});

test("a storage that refuses loses nothing while the page is there", () => {
  const full = new Storage();
  full.setItem = () => {
    throw new Error("full");
  };
  const pending = new Pending("a", full);
  pending.add(write(1, "b"), "a");
  assert.deepEqual(pending.operations, [write(1, "b")]);
});

test("changes are undone and done again without an end, and typing on is one of them", () => {
  const history = new History();
  history.add({ redo: "a", undo: "A" });
  history.add({ redo: "ab", undo: "never" }, true);
  history.add({ redo: "c", undo: "C" });
  assert.deepEqual([history.undo(), history.undo(), history.undo()], ["C", "A", undefined]);
  assert.deepEqual([history.redo(), history.redo(), history.redo()], ["ab", "c", undefined]);
  history.undo();
  history.add({ redo: "d", undo: "D" });
  assert.equal(history.redo(), undefined);
});

const word = (text, start, end) => ({ word: text, start, end, probability: 0.4 });
const LINE = { id: 0, start: 0, end: 4, text: "a b c d", words: [word("a", 0, 1), word("b", 1, 2), word("c", 2, 3), word("d", 3, 4)] };

test("words at both ends keep their times, and new ones share what was between", () => {
  const said = (text) => reworded(LINE, text).map((each) => [each.word, each.start, each.end, each.probability]);
  assert.deepEqual(said("a x c d")[1], ["x", 1, 2, 1]);
  assert.deepEqual(said("a xx y d"), [["a", 0, 1, 0.4], ["xx", 1, 2, 1], ["y", 2, 3, 1], ["d", 3, 4, 0.4]]);
  assert.deepEqual(said("a d"), [["a", 0, 1, 0.4], ["d", 3, 4, 0.4]]);
  assert.deepEqual(said("a b c d e").at(-1), ["e", 4, 4, 1]);
  assert.deepEqual(said("x yy"), [["x", 0, 4 / 3, 1], ["yy", 4 / 3, 4, 1]]);
  assert.deepEqual(said("a a b c d").length, 5);
  assert.deepEqual(reworded({ ...LINE, words: [] }, "a"), []);
  assert.equal(tidied(" a\u00a0\n b  " + "ệ".normalize("NFD")), "a b ệ");
});

test("a document that is revised is as one that was made of the revised lines", () => {
  const lines = [LINE, { ...LINE, id: 1, start: 5, end: 9, words: LINE.words.map((each) => ({ ...each, start: each.start + 5, end: each.end + 5 })) }];
  for (const text of ["a b", "a b c d e f", "x", "a b c d"]) {
    const revised = { ...LINE, text, words: reworded(LINE, text) };
    const made = new TranscriptDocument(), expected = new TranscriptDocument();
    made.append(lines);
    made.revise(0, revised);
    expected.append([revised, lines[1]]);
    const values = (document) => ["firstWord", "wordStart", "wordEnd", "wordAt", "wordLength"]
      .map((column) => [...document[column].values.slice(0, document[column].length)]);
    assert.deepEqual(values(made), values(expected));
    assert.deepEqual([made.texts, made.doubtful], [expected.texts, expected.doubtful]);
  }
});

test("undoing has its keys even where single letters are off, and not where somebody writes", () => {
  const at = (within) => ({ closest: (selector) => (within && selector.includes("contenteditable") ? {} : null) });
  const pressed = (key, more, within = false) => actionOf({ key, target: at(within), ...more }, false);
  assert.equal(pressed("z", { ctrlKey: true }), "undo");
  assert.equal(pressed("Z", { metaKey: true, shiftKey: true }), "redo");
  assert.equal(pressed("y", { ctrlKey: true }), "redo");
  assert.equal(pressed("z", { ctrlKey: true }, true), null);
  assert.equal(pressed("z", {}), null);
});

test("what an operation says is its text, its line's text or its name", () => {
  assert.deepEqual([write(1, "a"), { op: "restore", lines: [{ text: "b" }] }, name("S1", null)].map(saidBy), ["a", "b", null]);
});
