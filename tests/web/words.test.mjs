import assert from "node:assert/strict";
import { test } from "node:test";

import en from "../../src/stt/web/words/en.js";
import vi from "../../src/stt/web/words/vi.js";

const shape = (words) =>
  Object.fromEntries(Object.entries(words).filter(([name]) => name !== "errors").map(([name, said]) => [
    name, typeof said === "function" ? said.length : typeof said === "object" ? Object.keys(said).sort() : typeof said,
  ]));

test("both languages say the same things", () => assert.deepEqual(shape(vi), shape(en)));

test("nothing is said with no words", () => {
  for (const words of [en, vi]) {
    for (const said of Object.values(words)) assert.notEqual(said, "");
  }
});

test("places in line are counted", () => {
  assert.deepEqual([2, 3, 4, 11, 22].map(en.inLine), ["2nd in line", "3rd in line", "4th in line", "11th in line", "22nd in line"]);
});

test("why a file is not fetched is said in Vietnamese alone, for every reason and for one that is new", () => {
  const reasons = { url_not_allowed: ["no_url", "not_public", "leads_on"], url_unreachable: ["host_unknown", "no_answer", "too_slow", "wrong_answer"] };
  for (const [code, known] of Object.entries(reasons)) {
    const said = [...known, "new", undefined].map((reason) => vi.errors[code]({ message: "It is English.", details: { reason } }));
    assert.equal(new Set(said).size, known.length + 1);
    for (const sentence of said) assert.doesNotMatch(sentence, /English|undefined/);
  }
  assert.match(vi.errors.url_not_allowed({ message: "It is English." }), /^Dịch vụ không lấy tệp ở địa chỉ này\.$/);
});
