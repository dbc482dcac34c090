import assert from "node:assert/strict";
import { test } from "node:test";

import { urlsIn } from "../../src/stt/web/start/urls.js";

test("URLs are taken from a text that has nothing else", () => {
  assert.deepEqual(urlsIn(" https://a.example/x.mp3\nHTTP://b.example/y "), ["https://a.example/x.mp3", "HTTP://b.example/y"]);
  assert.deepEqual(urlsIn("see https://a.example/x.mp3"), []);
  assert.deepEqual(urlsIn("ftp://a.example/x"), []);
  assert.deepEqual(urlsIn(""), []);
});
