// Sends one file, and measures how fast: a short one as it is, a long one so that it goes on where it was. Of a file at a
// URL the URL is sent.

import { json } from "../api.js";
import { deliver } from "./delivery.js";
import { sendOn } from "./resumable.js";

/** Bytes up to which a file goes in one request: to send it anew costs less than to ask how much of it is there. */
export const WHOLE = 4 * 2 ** 20;
/** Seconds over which the speed is measured. */
const MEASURED = 6;

/** The job that a file has become, one however often it is sent; `told` is called with `{sent, total, speed}` in bytes
 * and bytes per second, `whenBegun()` once the service keeps what it has of the file. */
export function send(upload, told, whenBegun = () => {}) {
  if (upload.url) return fetched(upload);
  const speed = new Speed();
  const total = upload.file.size;
  const telling = (sent) => told({ sent: Math.min(sent, total), total, speed: speed.at(performance.now() / 1000, sent) });
  return total > WHOLE ? sendOn(upload, telling, whenBegun) : sendWhole(upload, telling);
}

async function sendWhole({ id, file, options, sending: { signal } }, told) {
  const body = new FormData();
  for (const [name, value] of Object.entries(options)) if (value) body.append(name, value);
  body.append("file", file, file.name);
  const headers = { "Idempotency-Key": id };
  return JSON.parse((await deliver({ method: "POST", path: "api/stt/jobs", headers, body, signal }, told)).responseText);
}

/** The service fetches the file itself, and answers when it has it. */
function fetched({ id, url, options, sending: { signal } }) {
  const chosen = Object.fromEntries(Object.entries(options).filter(([, value]) => value));
  const headers = { "Idempotency-Key": id, "Content-Type": "application/json" };
  return json("api/stt/jobs", { method: "POST", headers, body: JSON.stringify({ url, ...chosen }), signal });
}

/** Bytes per second of late: what a line does now, not what it did an hour ago. */
export class Speed {
  #seen = [];

  /** The speed when so many bytes have been sent at this second. */
  at(second, bytes) {
    this.#seen.push([second, bytes]);
    while (this.#seen.length > 2 && second - this.#seen[0][0] > MEASURED) this.#seen.shift();
    const [first, sent] = this.#seen[0];
    return second > first ? Math.max(0, bytes - sent) / (second - first) : 0;
  }
}
