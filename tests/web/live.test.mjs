import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { baseURI: "http://stt.example/", addEventListener: () => {}, hidden: false };
globalThis.requestAnimationFrame = () => {};

const { follow } = await import("../../src/stt/web/transcript/live.js");

/** A job with which something is done again, and which is over when all was told. */
function service() {
  const running = { job_id: "j", status: "PROCESSING", redo: { speakers: "2" } };
  let job = running, transcripts = 0;
  const frame = (type, data) => new TextEncoder().encode(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  const told = new ReadableStream({
    async start(stream) {
      stream.enqueue(frame("job.accepted", { status: "PENDING" }));
      stream.enqueue(frame("job.completed", { status: "COMPLETED" }));
      stream.enqueue(frame("job.stage", { status: "PROCESSING" }));
      await new Promise((resolve) => setTimeout(resolve, 30));
      job = { job_id: "j", status: "COMPLETED" };
      stream.enqueue(frame("job.completed", { status: "COMPLETED" }));
      stream.close();
    },
  });
  globalThis.fetch = async (url) => {
    if (url.pathname.endsWith("/events")) return new Response(told);
    if (url.pathname.endsWith("/transcript")) return Response.json({ version: transcripts++ });
    return Response.json(job);
  };
}

test("who comes while something is done again with a job hears of its end", async () => {
  service();
  const news = [];
  const leaving = new AbortController();
  await follow("j", (one) => news.push(one), leaving.signal);
  assert.deepEqual(news.filter(({ whole }) => whole).map(({ whole }) => whole.version), [0, 1]);
  assert.equal(news.at(-1).job.status, "COMPLETED");
});

test("who stops listening leaves no timer behind", async () => {
  const before = timers();
  service();
  await follow("j", () => {}, new AbortController().signal);
  assert.equal(timers(), before);
});

function timers() {
  return process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
}
