import assert from "node:assert/strict";
import { test } from "node:test";

import { metadata, sendOn } from "../../src/stt/web/start/resumable.js";

globalThis.document = { baseURI: "http://stt.example/" };
globalThis.requestAnimationFrame = () => {};

/** A service that speaks tus: it loses a line after `takes` bytes, if that is said. */
class Tus {
  constructor() {
    this.uploads = new Map();
    this.asked = [];
    this.takes = [];
    globalThis.fetch = async (url, { method = "GET", headers }) => this.fetched(url.pathname, method, headers);
    const tus = this;
    globalThis.XMLHttpRequest = class {
      upload = {};
      headers = {};
      open(method, url) {
        this.path = url.pathname;
      }
      setRequestHeader(name, value) {
        this.headers[name] = value;
      }
      getResponseHeader(name) {
        return this.answered[name] ?? null;
      }
      send(body) {
        tus.patched(this, body);
      }
    };
  }

  fetched(path, method, headers) {
    this.asked.push(method);
    if (method === "POST") {
      const id = `u${this.uploads.size}`;
      this.uploads.set(id, { length: Number(headers["Upload-Length"]), offset: 0 });
      return Response.json({ upload_id: id }, { status: 201 });
    }
    const upload = this.uploads.get(path.split("/").at(-1));
    if (!upload) return Response.json({ code: "upload_not_found" }, { status: 404 });
    return Response.json({ offset: upload.offset, job_id: upload.offset === upload.length ? "the-job" : null });
  }

  patched(request, body) {
    const upload = this.uploads.get(request.path.split("/").at(-1));
    const from = Number(request.headers["Upload-Offset"]);
    this.asked.push(`PATCH ${from}`);
    const answer = (status, headers, said = {}) => {
      Object.assign(request, { status, answered: headers, responseText: JSON.stringify(said) });
      request.onload();
    };
    if (!upload) return answer(404, {}, { code: "upload_not_found" });
    if (from !== upload.offset) return answer(409, {}, { code: "offset_conflict", offset: upload.offset });
    const takes = this.takes.shift() ?? body.size;
    upload.offset += Math.min(takes, body.size);
    request.upload.onprogress({ loaded: takes });
    if (takes < body.size) return request.onerror();
    const made = upload.offset === upload.length ? { "Stt-Job-Id": "the-job" } : {};
    return answer(204, { "Upload-Offset": String(upload.offset), ...made });
  }
}

const MIB = 2 ** 20;
const upload = (more) => ({ file: new File([new Uint8Array(20 * MIB)], "talk.wav"), options: {}, sending: new AbortController(), ...more });

test("a file goes in parts, and the last one makes the job", async () => {
  const tus = new Tus(), told = [];
  let begun = 0;
  const sent = upload();
  assert.deepEqual(await sendOn(sent, (bytes) => told.push(bytes), () => (begun += 1)), { job_id: "the-job" });
  assert.deepEqual(tus.asked, ["POST", "PATCH 0", `PATCH ${16 * MIB}`]);
  assert.deepEqual(told, [0, 16 * MIB, 16 * MIB, 20 * MIB]);
  assert.deepEqual([begun, sent.resumable], [1, "u0"]);
});

test("after a lost line it goes on where the service stands", async () => {
  const tus = new Tus(), sent = upload();
  tus.takes = [5 * MIB];
  await assert.rejects(sendOn(sent, () => {}, () => {}), (error) => error.passing);
  assert.deepEqual(await sendOn(sent, () => {}, () => {}), { job_id: "the-job" });
  assert.deepEqual(tus.asked, ["POST", "PATCH 0", "GET", `PATCH ${5 * MIB}`]);
});

test("who lost the last answer is told the job, and nothing is sent again", async () => {
  const tus = new Tus();
  tus.uploads.set("u0", { length: 20 * MIB, offset: 20 * MIB });
  assert.deepEqual(await sendOn(upload({ resumable: "u0" }), () => {}, () => {}), { job_id: "the-job" });
  assert.deepEqual(tus.asked, ["GET"]);
});

test("an offset that is another one is taken from the service", async () => {
  const tus = new Tus(), sent = upload({ resumable: "u0" });
  tus.uploads.set("u0", { length: 20 * MIB, offset: 3 * MIB });
  const fetched = tus.fetched.bind(tus);
  tus.fetched = (...asked) => {
    const answer = fetched(...asked);
    tus.uploads.get("u0").offset = 7 * MIB;
    return answer;
  };
  await sendOn(sent, () => {}, () => {});
  assert.deepEqual(tus.asked, ["GET", `PATCH ${3 * MIB}`, `PATCH ${7 * MIB}`]);
});

test("an upload that the service does not have any more begins anew, once", async () => {
  const tus = new Tus(), sent = upload({ resumable: "gone" });
  await sendOn(sent, () => {}, () => {});
  assert.deepEqual(tus.asked, ["GET", "POST", "PATCH 0", `PATCH ${16 * MIB}`]);
  tus.patched = (request) => {
    tus.asked.push("PATCH");
    Object.assign(request, { status: 404, answered: {}, responseText: '{"code": "upload_not_found"}' });
    request.onload();
  };
  await assert.rejects(sendOn(upload(), () => {}, () => {}), (error) => error.code === "upload_not_found");
  assert.deepEqual(tus.asked.slice(-2), ["POST", "PATCH"]);
});

test("names go as Base64 of UTF-8, and what was not chosen does not go", () => {
  assert.equal(metadata({ filename: "buổi.mp3", language: "vi", model: "" }), `filename ${Buffer.from("buổi.mp3").toString("base64")},language dmk=`);
});
