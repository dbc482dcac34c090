import assert from "node:assert/strict";
import { test } from "node:test";

import { folded, search } from "../../src/stt/web/transcript/search.js";

const TEXTS = ["Hà Nội là thủ đô.", "Đường đi Hạ Long", "ha ha"];
const places = (query) => search(TEXTS, query).map(({ from, to }) => [from.segment, from.place, to.segment, to.place]);

test("without accents every spelling is found", () => {
  assert.deepEqual(places("ha"), [[0, 0, 0, 2], [1, 9, 1, 11], [2, 0, 2, 2], [2, 3, 2, 5]]);
  assert.deepEqual(places("duong"), [[1, 0, 1, 5]]);
});

test("with accents only that spelling is found, in either case", () => {
  assert.deepEqual(places("HẠ"), [[1, 9, 1, 11]]);
  assert.deepEqual(places("hà nội".normalize("NFD")), [[0, 0, 0, 6]]);
});

test("what runs over the end of a segment is found", () => {
  assert.deepEqual(places("đô. đường"), [[0, 14, 1, 5]]);
});

test("nothing, and what is not there, is nowhere", () => {
  assert.deepEqual([places("  "), places("xyz")], [[], []]);
});

test("folding keeps every place", () => {
  for (const text of ["Đặng Thị Ngọc Thịnh", "ẞ İ ﬁ", "日本語 がんばって", "👋🏽 chào"]) {
    assert.equal(folded(text).length, text.length);
  }
});
