import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { baseURI: "http://stt.example/", addEventListener: () => {} };
globalThis.addEventListener = () => {};
globalThis.requestAnimationFrame = () => {};
globalThis.localStorage = { getItem: () => null, setItem: () => {} };
globalThis.navigator ??= {};
globalThis.indexedDB = { open: () => ({}) };

const { addUrls, drop, uploads } = await import("../../src/stt/web/start/uploads.js");

test("what is dropped while its answer is on the way takes no other with it", async () => {
  const answers = [];
  globalThis.fetch = () => new Promise((resolve) => answers.push(resolve));
  addUrls(["https://a.example/1.mp3", "https://a.example/2.mp3"], {});
  const [first, second] = uploads;
  answers[0](Response.json({ job_id: "1" }, { status: 202 }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  drop(first);
  answers.slice(2).forEach((answer) => answer(Response.json({ job_id: "1" })));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(uploads, [second]);
});
