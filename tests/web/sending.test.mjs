import assert from "node:assert/strict";
import { test } from "node:test";

import { patience } from "../../src/stt/web/connection.js";
import { Speed } from "../../src/stt/web/start/sending.js";

test("the speed is that of late, not of the whole way", () => {
  const speed = new Speed();
  for (let second = 0; second <= 20; second += 1) speed.at(second, second * 1000);
  let last = 0;
  for (let second = 21; second <= 40; second += 1) last = speed.at(second, 20_000 + (second - 20) * 50);
  assert.equal(Math.round(last), 50);
  assert.equal(new Speed().at(0, 5), 0);
});

test("whoever waits for the service asks less and less often, and never stops", () => {
  const waits = [1, 2, 3, 4, 5, 6, 60].map(patience);
  assert.deepEqual(waits, [...waits].sort((a, b) => a - b));
  assert.equal(waits.at(-1), 15_000);
});
