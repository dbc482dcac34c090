import assert from "node:assert/strict";
import { test } from "node:test";

import { SystemLook, hearers, totalOf } from "../../src/stt/web/system/look.js";

globalThis.document = { baseURI: "http://stt.example/", hidden: false };
globalThis.requestAnimationFrame = () => {};

const look = async (answers) => {
  globalThis.fetch = async (url) => {
    const [body, status] = answers[url.pathname];
    return Response.json(body, { status });
  };
  const leaving = new AbortController(), seen = new SystemLook();
  const following = seen.follow(leaving.signal);
  await new Promise((resolve) => setTimeout(resolve, 50));
  leaving.abort();
  await following;
  return seen;
};

test("what a service says that accepts nothing is how it is", async () => {
  const parts = { database: { status: "down", detail: "It does not answer." } };
  const seen = await look({ "/health/ready": [{ status: "unavailable", parts }, 503], "/api/stt/system": [{ code: "database_unavailable" }, 503] });
  assert.deepEqual(seen.health, { status: "unavailable", parts });
  assert.equal(seen.refused.code, "database_unavailable");
});

test("a key that may not see it is told so, and the parts are seen all the same", async () => {
  const seen = await look({ "/health/ready": [{ status: "ok", parts: {} }, 200], "/api/stt/system": [{ code: "scope_missing", detail: "No." }, 403] });
  assert.deepEqual([seen.health.status, seen.refused.code, seen.system], ["ok", "scope_missing", null]);
});

test("hours are summed, and who gets audio or text is named once", () => {
  const hour = { completed: 1, failed: 2, audio_seconds: 3 };
  assert.deepEqual(totalOf([hour, hour]), { completed: 2, failed: 4, audio_seconds: 6 });
  const to = (told, place, host) => ({ told, place, host });
  assert.deepEqual(hearers([to("audio", "host", "a:1"), to("text", "host", "a:1"), to("names", "host", "b"), to("audio", "here", null)]), ["a:1"]);
});
