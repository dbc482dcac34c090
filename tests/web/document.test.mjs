import assert from "node:assert/strict";
import { test } from "node:test";

import { TranscriptDocument } from "../../src/stt/web/transcript/document.js";

const word = (text, start, end, probability = 0.9) => ({ word: text, start, end, probability });
const TALK = [
  { start: 0.5, end: 2, text: " xin chào, chào bạn", words: [
    word("xin", 0.5, 0.8), word("chào,", 0.8, 1.1), word("chào", 1.2, 1.5, 0.2), word("bạn", 1.5, 2)] },
  { start: 5, end: 6, text: "không có từ", words: [] },
  { start: 7, end: 8, text: "tạm biệt", words: [word("tạm", 7, 7.4, 0.1), word("biệt", 7.4, 8)] },
];

function made(segments = TALK) {
  const made = new TranscriptDocument();
  made.append(segments);
  return made;
}

const written = (document, number) => {
  const { segment, from, to } = document.placeOf(number);
  return document.texts[segment].slice(from, to);
};

test("every word is where it is written, the same one twice too", () => {
  const document = made();
  assert.deepEqual(Array.from({ length: document.words }, (_, number) => written(document, number)),
    ["xin", "chào,", "chào", "bạn", "không có từ", "tạm", "biệt"]);
});

test("the word spoken is found by its time, and none in a pause", () => {
  const document = made();
  const at = (second) => {
    const number = document.wordSpokenAt(second);
    return number < 0 ? null : written(document, number);
  };
  assert.deepEqual([0.2, 0.5, 1.15, 1.3, 3, 5.5, 7.39, 9].map(at),
    [null, "xin", "chào,", "chào", null, "không có từ", "tạm", null]);
});

test("a place in a text is the word that is there", () => {
  const document = made();
  assert.deepEqual([0, 3, 4, 10, 99].map((place) => written(document, document.wordAtPlace(0, place))),
    ["xin", "xin", "chào,", "chào", "bạn"]);
});

test("doubtful words are walked through in both directions, round the ends", () => {
  const document = made();
  assert.deepEqual(document.doubtful, [2, 5]);
  assert.deepEqual([document.doubtfulFrom(-1, 1), document.doubtfulFrom(2, 1), document.doubtfulFrom(5, 1)], [2, 5, 2]);
  assert.deepEqual([document.doubtfulFrom(5, -1), document.doubtfulFrom(2, -1)], [2, 5]);
});

test("it grows beyond its first room, and finds in a hundred thousand words as in a few", () => {
  const document = new TranscriptDocument();
  const segments = Array.from({ length: 10_000 }, (_, number) => ({
    start: number, end: number + 1, text: "a b c d e f g h i j",
    words: [..."abcdefghij"].map((letter, place) => word(letter, number + place / 10, number + place / 10 + 0.1)),
  }));
  for (let page = 0; page < 10_000; page += 100) document.append(segments.slice(page, page + 100));
  assert.equal(document.words, 100_000);
  for (const number of [0, 4321, 99_999]) {
    assert.equal(document.wordSpokenAt(document.wordStart.values[number] + 0.05), number);
    assert.equal(document.segmentOf(number), Math.floor(number / 10));
  }
});

test("letters with accents sent apart are found all the same", () => {
  const apart = "Việt".normalize("NFD");
  const document = made([{ start: 0, end: 1, text: `${apart} Nam`, words: [word(apart, 0, 0.5), word("Nam", 0.5, 1)] }]);
  assert.equal(written(document, 1), "Nam");
});
