// Sends a file in parts, so that it goes on where it was after a lost line, a reload or a restart: tus 1.0.0.

import { ask, json } from "../api.js";
import { deliver } from "./delivery.js";

/** Bytes of a request: what a proxy holds back until it has all of it is lost with the line, and never more than this. */
const PART = 16 * 2 ** 20;
const VERSION = { "Tus-Resumable": "1.0.0" };

const pathOf = (upload) => `api/stt/uploads/${upload.resumable}`;

/** The job that the file has become. `upload.resumable` is the service's name of what it has of the file, `whenBegun()`
 * is called once there is one, and `told(sent)` with the bytes that have left. */
export async function sendOn(upload, told, whenBegun) {
  const anew = !upload.resumable;
  if (anew) {
    upload.resumable = await begun(upload);
    whenBegun();
  }
  try {
    return { job_id: await goOn(upload, told, anew ? { offset: 0 } : await standing(upload)) };
  } catch (error) {
    if (error.code !== "upload_not_found" || anew) throw error;
    // It was given up meanwhile, or kept for long enough: from the beginning.
    upload.resumable = null;
    return sendOn(upload, told, whenBegun);
  }
}

/** What the service has of a file: `{offset, job_id}`. */
export const standing = (upload) => json(pathOf(upload), { signal: upload.sending?.signal });

async function begun({ file, options, sending }) {
  const headers = { ...VERSION, "Upload-Length": String(file.size), "Upload-Metadata": metadata({ filename: file.name, ...options }) };
  const answer = await ask("api/stt/uploads", { method: "POST", headers, signal: sending.signal });
  return (await answer.json()).upload_id;
}

async function goOn(upload, told, { offset, job_id: job }) {
  const { file, sending: { signal } } = upload;
  let at = offset, made = job;
  while (!made) {
    upload.sent = at;
    told(at);
    const body = file.slice(at, at + PART);
    const headers = { ...VERSION, "Upload-Offset": String(at), "Content-Type": "application/offset+octet-stream" };
    const began = at;
    try {
      const answer = await deliver({ method: "PATCH", path: pathOf(upload), headers, body, signal }, (sent) => told(began + sent));
      at = Number(answer.getResponseHeader("Upload-Offset"));
      made = answer.getResponseHeader("Stt-Job-Id");
    } catch (error) {
      // The service has more than was told, or less: it says how much.
      if (error.code !== "offset_conflict" || error.details.offset === at) throw error;
      at = error.details.offset;
    }
  }
  return made;
}

/** Give up what the service has of a file. */
export async function giveUp(upload) {
  await ask(pathOf(upload), { method: "DELETE", headers: VERSION });
}

/** Names and values as tus has them: the value in Base64 of its UTF-8. */
export function metadata(fields) {
  const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  return Object.entries(fields).filter(([, value]) => value).map(([name, value]) => `${name} ${encoded(value)}`).join(",");
}
