import assert from "node:assert/strict";
import { test } from "node:test";

import { ago, clock, fromClock, size, span, spans } from "../../src/stt/web/amounts.js";

test("a clock has hours only where there are any", () => {
  assert.deepEqual([0, 7.9, 754, 3723.4, -1].map(clock), ["0:00", "0:07", "12:34", "1:02:03", "0:00"]);
});

test("a typed clock is read as it is shown", () => {
  for (const seconds of [0, 59, 60, 3599, 3600, 359999]) assert.equal(fromClock(clock(seconds)), seconds);
  assert.equal(fromClock("1:02,5"), 62.5);
  for (const wrong of ["", "a", "1:2:3:4", "1:", "-3"]) assert.equal(fromClock(wrong), null);
});

test("sizes are in the units of file managers", () => {
  assert.equal(size(999, "en"), "999 bytes");
  assert.equal(size(28_800_512, "en"), "28.8 MB");
  assert.equal(size(10_737_418_240, "vi"), "10,7 GB");
});

test("spans have their two largest units", () => {
  assert.deepEqual([5, 59.6, 600, 4800, 7200].map((each) => span(each, "en")), [
    "5 sec", "1 min", "10 min", "1 hr 20 min", "2 hr",
  ]);
});

test("a range has one unit and ends no sooner than it does", () => {
  const shown = [[3, 8.2], [200, 230], [240, 410], [50, 61], [5000, 9000]].map(([low, high]) => spans(low, high, "en"));
  assert.deepEqual(shown, ["3–9 sec", "3–4 min", "4–7 min", "1–2 min", "1.4–2.5 hr"]);
  assert.equal(spans(170, 175, "en"), "3 min");
});

test("moments are told as people tell them", () => {
  const now = Date.UTC(2026, 0, 31, 12);
  assert.equal(ago(now - 5_000, now, "en"), "now");
  assert.equal(ago(now - 3 * 3600_000, now, "en"), "3 hours ago");
  assert.match(ago(now - 86_400_000, now, "vi"), /hôm qua/i);
});
