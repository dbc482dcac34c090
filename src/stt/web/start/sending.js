// Sends one file, and measures how fast. By XMLHttpRequest: fetch tells nothing of what it has sent.

import { Refusal, address, authorization } from "../api.js";
import { reached } from "../connection.js";

/** Seconds over which the speed is measured. */
const MEASURED = 6;

/** The job that the file has become, one however often it is sent under the same `id`; `told` is called with `{sent, total, speed}` in bytes and bytes per second. */
export function send({ id, file, options, sending }, told) {
  const form = new FormData();
  for (const [name, value] of Object.entries(options)) if (value) form.append(name, value);
  form.append("file", file, file.name);
  const request = new XMLHttpRequest();
  const speed = new Speed();
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => {
      told({ sent: loaded, total, speed: speed.at(performance.now() / 1000, loaded) });
    };
    request.onload = () => {
      reached(true);
      if (request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(Refusal.of(request.status, request.responseText, request.getResponseHeader("Retry-After")));
    };
    request.onerror = () => {
      reached(false);
      reject(new Refusal(0));
    };
    request.onabort = () => reject(new Refusal(0));
    sending.signal.addEventListener("abort", () => request.abort());
    request.open("POST", address("api/stt/jobs"));
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    request.setRequestHeader("Idempotency-Key", id);
    request.send(form);
  });
}

/** Bytes per second of late: what a line does now, not what it did an hour ago. */
export class Speed {
  #seen = [];

  /** The speed when so many bytes have been sent at this second. */
  at(second, bytes) {
    this.#seen.push([second, bytes]);
    while (this.#seen.length > 2 && second - this.#seen[0][0] > MEASURED) this.#seen.shift();
    const [first, sent] = this.#seen[0];
    return second > first ? (bytes - sent) / (second - first) : 0;
  }
}
