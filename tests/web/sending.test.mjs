import assert from "node:assert/strict";
import { test } from "node:test";

import { patience } from "../../src/stt/web/connection.js";
import { Refusal } from "../../src/stt/web/api.js";
import { Speed, send } from "../../src/stt/web/start/sending.js";

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

test("a file is sent under one key however often it is sent", async () => {
  const sent = [];
  globalThis.document = { baseURI: "http://stt.example/" };
  globalThis.XMLHttpRequest = class {
    upload = {};
    headers = {};
    open() {}
    setRequestHeader(name, value) {
      this.headers[name] = value;
    }
    send() {
      sent.push(this.headers["Idempotency-Key"]);
      this.status = 202;
      this.responseText = '{"job_id": "1"}';
      this.onload();
    }
  };
  const upload = (id) => ({ id, file: new File(["x"], "talk.mp3"), options: {}, sending: new AbortController() });
  for (const id of ["one", "one", "two"]) assert.equal((await send(upload(id), () => {})).job_id, "1");
  assert.deepEqual(sent, ["one", "one", "two"]);
});

test("a file whose first request still runs is sent again a little later", () => {
  assert.ok(Refusal.of(409, '{"code": "idempotency_key_in_use"}', null).passing);
  assert.ok(!Refusal.of(409, '{"code": "job_already_ended"}', null).passing);
  assert.ok(!Refusal.of(422, '{"code": "idempotency_key_reused"}', null).passing);
});
