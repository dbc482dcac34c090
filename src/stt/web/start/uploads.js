// Files on their way to the service. A file that waits, or failed, is kept in this browser and goes on after a reload.

import { createStore, del, entries, set } from "../vendor/idb-keyval/idb-keyval.js";
import { patience } from "../connection.js";
import { redraw } from "../drawing.js";
import { added } from "../jobs/list.js";
import { askForKey, key } from "../key.js";
import { send } from "./sending.js";

const AT_ONCE = 2;
/** Bytes; the browser keeps a copy of a file on the disk, and of larger ones only its name would be worth that. */
const KEPT_BYTES = 2 ** 30;

const kept = createStore("stt-uploads", "files");

/** Newest last. */
export const uploads = [];

export function add(files, options) {
  for (const file of files) {
    const upload = { id: crypto.randomUUID?.() ?? String(Math.random()), file, options, state: "waiting", failures: 0 };
    uploads.push(upload);
    if (file.size <= KEPT_BYTES) {
      set(upload.id, { file, options, at: Date.now() }, kept).catch(() => {});
    }
  }
  proceed();
}

/** Take up what an earlier visit left. */
export async function restore() {
  const left = await entries(kept).catch(() => []);
  for (const [id, { file, options, at }] of left.sort((a, b) => a[1].at - b[1].at)) {
    if (!uploads.some((upload) => upload.id === id)) {
      uploads.push({ id, file, options, state: "waiting", failures: 0, resumed: at });
    }
  }
  proceed();
}

export function drop(upload) {
  upload.sending?.abort();
  clearTimeout(upload.timer);
  del(upload.id, kept).catch(() => {});
  uploads.splice(uploads.indexOf(upload), 1);
  proceed();
}

export function again(upload) {
  clearTimeout(upload.timer);
  upload.state = "waiting";
  proceed();
}

export const isBusy = () => uploads.some((upload) => ["waiting", "sending", "delayed"].includes(upload.state));

function proceed() {
  const sending = uploads.filter((upload) => upload.state === "sending").length;
  for (const upload of uploads.filter((each) => each.state === "waiting").slice(0, Math.max(0, AT_ONCE - sending))) {
    begin(upload);
  }
  redraw();
}

async function begin(upload) {
  upload.state = "sending";
  upload.progress = { sent: 0, total: upload.file.size, speed: 0 };
  upload.sending = new AbortController();
  const used = key();
  try {
    const job = await send(upload, (progress) => {
      upload.progress = progress;
      redraw();
    });
    await added(job.job_id, upload.file.name);
    drop(upload);
  } catch (error) {
    if (upload.sending.signal.aborted) return;
    failed(upload, error, used);
  }
}

async function failed(upload, error, used) {
  upload.error = error;
  if (error.status === 401) {
    upload.state = "key";
    await askForKey(used);
    again(upload);
    return;
  }
  upload.failures += 1;
  upload.state = error.passing ? "delayed" : "failed";
  if (error.passing) {
    const wait = Math.max(patience(upload.failures), 1000 * (error.retryAfter ?? 0));
    upload.timer = setTimeout(() => again(upload), wait);
  }
  proceed();
}
