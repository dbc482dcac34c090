import assert from "node:assert/strict";
import { test } from "node:test";

import { withNewest } from "../../src/stt/web/jobs/newest.js";
import { BLOCK, Pane } from "../../src/stt/web/jobs/pane.js";

const jobs = (...ids) => ids.map((job_id) => ({ job_id }));
const ids = ({ jobs: list }) => list.map(({ job_id: id }) => id).join("");

test("new jobs come before those that are shown, and what follows stays", () => {
  const shown = { jobs: jobs("d", "c", "b", "a"), next: "behind a" };
  const fresh = withNewest(shown, { data: jobs("e", "d", "c"), next: "behind c" });
  assert.deepEqual([ids(fresh), fresh.next], ["edcba", "behind a"]);
});

test("what is gone from the newest page is gone from the list", () => {
  const fresh = withNewest({ jobs: jobs("d", "c", "b", "a"), next: null }, { data: jobs("d", "b"), next: "behind b" });
  assert.equal(ids(fresh), "dba");
});

test("where so many came that others lie between, the list begins anew; so it does where the page is all there is", () => {
  const shown = { jobs: jobs("b", "a"), next: "behind a" };
  const fresh = withNewest(shown, { data: jobs("f", "e"), next: "behind e" });
  assert.deepEqual([ids(fresh), fresh.next], ["fe", "behind e"]);
  assert.deepEqual(withNewest(shown, { data: jobs("b"), next: null }), { jobs: jobs("b"), next: null });
});

test("a short list is laid out whole", () => {
  assert.deepEqual(new Pane().cut(30, 500, 800), { from: 0, to: 30, above: 0, below: 0 });
});

test("of a long list as much as is near the window is laid out, and rooms stand for the rest", () => {
  const pane = new Pane();
  pane.measured(0, 50 * BLOCK);
  const whole = 100_000 * 50;
  for (const top of [500, -10_000, -whole / 2, 800 - whole]) {
    const { from, to, above, below } = pane.cut(100_000, top, 800);
    assert.ok(to > from && to - from <= 5 * BLOCK, `${from} to ${to}`);
    assert.equal(above + 50 * (to - from) + below, whole);
    assert.ok(top + above <= Math.max(top, -1500 + 50 * BLOCK) && top + whole - below >= 800);
  }
});

test("rows of another height take the room that was measured, until lines break elsewhere", () => {
  const pane = new Pane();
  pane.measured(0, 100 * BLOCK);
  pane.measured(1, 50 * BLOCK);
  assert.equal(pane.cut(1000, -10_000, 800).above, (100 + 4 * 50) * BLOCK);
  pane.forget();
  assert.equal(pane.cut(1000, -10_000, 800).above % (50 * BLOCK), 0);
});
