import assert from "node:assert/strict";
import { test } from "node:test";

import { Frames } from "../../src/stt/web/events.js";

const STREAM = ': events\nretry: 2000\n\nevent: job.text\ndata: {"text":\ndata: "chào"}\nid: 7-1.5\n\nevent: reset\n\n: still here\n\n'
  + 'event: job.completed\ndata: {"a": 1}\nid: 8\n\n';
const EXPECTED = [
  { type: "job.text", data: { text: "chào" } },
  { type: "reset", data: null },
  { type: "job.completed", data: { a: 1 } },
];

test("frames are the same however the stream is cut, and whatever ends its lines", () => {
  for (const stream of [STREAM, STREAM.replaceAll("\n", "\r\n")]) {
    for (let length = 1; length < 40; length += 1) {
      const frames = new Frames();
      const found = [];
      for (let at = 0; at < stream.length; at += length) found.push(...frames.push(stream.slice(at, at + length)));
      assert.deepEqual(found, EXPECTED);
      assert.equal(frames.position, "8");
    }
  }
});

test("a frame that is cut off counts for nothing, and neither does its position", () => {
  const frames = new Frames();
  assert.deepEqual([...frames.push('event: a\ndata: {}\nid: 1\n\nevent: b\ndata: {"x"')], [{ type: "a", data: {} }]);
  assert.equal(frames.position, "1");
});
