import assert from "node:assert/strict";
import { test } from "node:test";

import { apart, divided, freshId, given, joined, nextSpeaker, timesOf, wordAt, wordsBetween } from "../../src/stt/web/transcript/editing/stretch.js";

const line = (id, text, start) => ({
  id, text, start, end: start + 10, words: text.split(" ").map((word, number) => ({ word, start: start + number, end: start + number + 0.9 })),
});
const LINES = [line(7, "một hai ba", 0), line(8, "bốn năm", 10), line(9, "sáu bảy tám chín", 20)];
const counted = () => {
  let next = 100;
  return () => next++;
};
const at = (segment, place) => ({ segment, place });
const between = (...places) => wordsBetween(LINES, ...places);

test("a place is in a word, or before the next one", () => {
  assert.deepEqual([0, 2, 3, 4, 7, 9, 10].map((place) => wordAt(LINES[0], place)), [0, 0, 1, 1, 2, 2, 3]);
  assert.equal(wordAt({ text: "không có từ" }, 3), 0);
});

test("what is marked is whole words", () => {
  assert.deepEqual(between(at(0, 5), at(0, 6)), { from: { segment: 0, word: 1 }, behind: { segment: 0, word: 2 } });
  assert.deepEqual(between(at(0, 4), at(2, 3)), { from: { segment: 0, word: 1 }, behind: { segment: 2, word: 1 } });
  assert.deepEqual(between(at(0, 0), at(1, 0)), { from: { segment: 0, word: 0 }, behind: { segment: 0, word: 3 } }, "a triple click");
  assert.equal(between(at(0, 10), at(0, 10)), null);
});

test("a stretch is given to somebody by splitting at its ends where they are within lines", () => {
  assert.deepEqual(given(between(at(0, 4), at(2, 3)), LINES, "S2", counted()), [
    { op: "split", segment: 7, at: 1, new: 100 },
    { op: "split", segment: 9, at: 1, new: 101 },
    { op: "speaker", segments: [100, 8, 9], speaker: "S2" },
  ]);
  assert.deepEqual(given(between(at(2, 4), at(2, 11)), LINES, null, counted()), [
    { op: "split", segment: 9, at: 1, new: 100 },
    { op: "split", segment: 100, at: 2, new: 101 },
    { op: "speaker", segments: [100], speaker: null },
  ]);
  assert.deepEqual(apart(between(at(1, 0), at(1, 7)), LINES, counted()), { operations: [], ids: [8] });
});

test("a line is divided where there are words on both sides", () => {
  assert.deepEqual(divided(at(2, 9), LINES, counted()), [{ op: "split", segment: 9, at: 2, new: 100 }]);
  assert.deepEqual(divided(at(2, 0), LINES, counted()), []);
  assert.deepEqual(divided(at(2, 16), LINES, counted()), []);
});

test("lines that are marked become one, a single one with the next", () => {
  assert.deepEqual(joined(0, 2, LINES), [{ op: "join", segment: 7, following: 8 }, { op: "join", segment: 7, following: 9 }]);
  assert.deepEqual(joined(1, 1, LINES), [{ op: "join", segment: 8, following: 9 }]);
  assert.deepEqual(joined(2, 2, LINES), []);
});

test("a stretch is heard from its first word to its last", () => {
  assert.deepEqual(timesOf(between(at(0, 4), at(1, 3)), LINES), { start: 1, end: 10.9 });
});

test("labels and ids are new", () => {
  assert.equal(nextSpeaker([{ id: "S1" }, { id: "S4" }]), "S5");
  assert.equal(nextSpeaker([]), "S1");
  const ids = new Set(Array.from({ length: 1000 }, freshId));
  assert.equal(ids.size, 1000);
  assert.ok([...ids].every((id) => Number.isSafeInteger(id) && id >= 0));
});
