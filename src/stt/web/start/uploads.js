// Files on their way to the service. What waits, is half sent, or failed, is kept in this browser and goes on after a reload.

import { patience, patiently } from "../connection.js";
import { redraw } from "../drawing.js";
import { added } from "../jobs/list.js";
import { askForKey, key } from "../key.js";
import { forget, hold, keep, keepFile, restored } from "./kept.js";
import { giveUp, standing } from "./resumable.js";
import { WHOLE, send } from "./sending.js";

const AT_ONCE = 2;

/** Newest last. `state` is "waiting", "sending", "paused", "delayed" (goes on by itself), "failed" (refused), "key", or
 * "absent": half sent, and the browser does not have the file any more. */
export const uploads = [];

export function add(files, options) {
  for (const file of files) {
    const left = uploads.find((upload) => upload.state === "absent" && isSame(upload, file));
    if (left) {
      left.file = file;
      again(left);
    } else {
      begin(file, options);
    }
  }
  proceed();
}

function begin(file, options) {
  const { name, size, lastModified: modified } = file;
  keepFile(enter({ file, name, size, modified, options }));
}

/** Let the service fetch files itself. */
export function addUrls(urls, options) {
  for (const url of urls) enter({ url, name: url, size: 0, options });
  proceed();
}

function enter(known) {
  const id = crypto.randomUUID?.() ?? String(Math.random());
  const upload = { id, ...known, at: Date.now(), state: "waiting", failures: 0 };
  uploads.push(upload);
  hold(id);
  keep(upload);
  return upload;
}

const isSame = ({ name, size, modified }, file) => name === file.name && size === file.size && modified === file.lastModified;

/** Take up what earlier visits left. */
export function restore() {
  return restored((left) => {
    if (uploads.some(({ id }) => id === left.id)) return;
    const whole = left.file || left.url;
    if (!whole && !left.resumable) {
      forget(left);
      return;
    }
    const state = left.paused ? "paused" : "waiting";
    const upload = { ...left, state: whole ? state : "absent", failures: 0, resumed: true };
    uploads.push(upload);
    if (!whole) lookAt(upload);
    proceed();
  });
}

/** How far an upload is of which the file is gone, if the service still has what was sent. */
async function lookAt(upload) {
  try {
    const { offset, job_id: made } = await patiently(() => standing(upload));
    upload.sent = offset;
    if (made) remove(upload);
  } catch {
    remove(upload);
  }
  redraw();
}

export function drop(upload) {
  if (upload.resumable) giveUp(upload).catch(() => {});
  remove(upload);
}

/** Whoever waits for an answer may find that somebody has dropped it before. */
function remove(upload) {
  const place = uploads.indexOf(upload);
  if (place < 0) return;
  upload.sending?.abort();
  clearTimeout(upload.timer);
  forget(upload);
  uploads.splice(place, 1);
  proceed();
}

export function again(upload) {
  clearTimeout(upload.timer);
  upload.state = "waiting";
  upload.paused = false;
  keep(upload);
  proceed();
}

/** Whether an upload can be stopped, and go on where it was. */
export const canPause = ({ state, size }) => size > WHOLE && ["waiting", "sending", "delayed"].includes(state);

export function pause(upload) {
  clearTimeout(upload.timer);
  upload.state = "paused";
  upload.paused = true;
  upload.sent = upload.progress?.sent ?? upload.sent;
  upload.sending?.abort();
  keep(upload);
  proceed();
}

export const isBusy = () => uploads.some((upload) => ["waiting", "sending", "delayed"].includes(upload.state));

function proceed() {
  const sending = uploads.filter((upload) => upload.state === "sending").length;
  for (const upload of uploads.filter((each) => each.state === "waiting").slice(0, Math.max(0, AT_ONCE - sending))) {
    start(upload);
  }
  redraw();
}

async function start(upload) {
  upload.state = "sending";
  upload.progress = { sent: upload.sent ?? 0, total: upload.size, speed: 0 };
  const sending = new AbortController();
  upload.sending = sending;
  const used = key();
  try {
    const job = await send(upload, (progress) => {
      if (upload.sending !== sending) return;
      upload.progress = progress;
      redraw();
    }, () => keep(upload));
    await added(job.job_id);
    remove(upload);
  } catch (error) {
    if (!sending.signal.aborted) await failed(upload, error, used);
  }
}

async function failed(upload, error, used) {
  upload.error = error;
  keep(upload);
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
