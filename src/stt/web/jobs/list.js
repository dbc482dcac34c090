// The jobs that are shown, page by page from the newest, and kept up to date.

import { ask, cancel as stop, jobPath, json, status } from "../api.js";
import { patiently, pause } from "../connection.js";
import { redraw } from "../drawing.js";
import { bring, ownJobs } from "./own.js";

const PAGE = 50;
/** Milliseconds between looks at what is still running. */
const LOOK = 1500;
/** Milliseconds in which a removal can be taken back. */
const REGRET = 7000;

export const list = {
  jobs: [],
  next: null,
  loaded: false,
  loading: false,
  query: "",
  filter: "",
  error: null,
  /** The job that is about to be removed. */
  removing: null,
};

export const RUNNING = ["PENDING", "PROCESSING"];
export const isRunning = (job) => RUNNING.includes(job.status);

let asked = new AbortController();

/** From the newest on, with the search and filter as they are. */
export async function reload() {
  asked.abort();
  asked = new AbortController();
  await fetchPage(null, asked.signal);
}

export const more = () => (list.loading || !list.next ? null : fetchPage(list.next, asked.signal));

async function fetchPage(cursor, signal) {
  list.loading = true;
  redraw();
  try {
    const query = { limit: PAGE, cursor, q: list.query.trim(), status: list.filter };
    const page = await patiently(() => pageOf(query, signal), signal);
    list.jobs = cursor ? [...list.jobs, ...page.data] : page.data;
    list.next = page.has_more ? page.next_cursor : null;
    list.error = null;
  } catch (error) {
    if (signal.aborted) return;
    list.error = error;
  }
  list.loading = false;
  list.loaded = true;
  redraw();
}

async function pageOf(query, signal) {
  try {
    return await json("api/stt/jobs", { query, signal });
  } catch (error) {
    if (error.status !== 404 && error.status !== 405) throw error;
    return ownJobs(query, signal);
  }
}

export function search(query) {
  list.query = query;
  reload();
}

export function filterBy(status) {
  list.filter = status;
  reload();
}

/** A file has become a job. */
export async function added(id) {
  bring(id);
  await reload();
}

export function changed(job) {
  const place = list.jobs.findIndex((each) => each.job_id === job.job_id);
  if (place < 0) return;
  list.jobs[place] = { ...list.jobs[place], ...job };
  redraw();
}

/** Keep up with the jobs that run, until `signal` aborts. */
export async function watch(signal) {
  while (!signal.aborted) {
    await pause(LOOK, signal);
    if (signal.aborted || document.hidden) continue;
    const running = list.jobs.filter(isRunning).slice(0, PAGE);
    for (const job of running) {
      if (signal.aborted) return;
      await patiently(() => status(job.job_id, { signal }), signal).then(changed, () => {});
    }
  }
}

export async function cancel(job) {
  changed(await patiently(() => stop(job.job_id)));
}

export async function retry(job) {
  changed(await (await patiently(() => ask(`${jobPath(job.job_id)}/retry`, { method: "POST" }))).json());
}

/** Remove a job with everything of it, unless that is taken back within seconds. */
export function remove(job) {
  removeNow();
  list.removing = { job, place: list.jobs.indexOf(job), timer: setTimeout(removeNow, REGRET) };
  list.jobs = list.jobs.filter((each) => each !== job);
  redraw();
}

export function takeBack() {
  const { job, place, timer } = list.removing;
  clearTimeout(timer);
  list.removing = null;
  list.jobs = list.jobs.toSpliced(Math.max(0, place), 0, job);
  redraw();
}

/** What was to be removed is removed at once: its time is over, or the page is left. */
export function removeNow() {
  if (!list.removing) return;
  const { job, timer } = list.removing;
  clearTimeout(timer);
  list.removing = null;
  ask(jobPath(job.job_id), { method: "DELETE", keepalive: true }).catch((error) => {
    list.error = error;
    reload();
  });
  redraw();
}

/** Seconds that a job still takes, as far as its pace so far tells; `null` where that is too early to say. */
export function secondsLeft(job, now) {
  if (job.status !== "PROCESSING" || !job.started_at || job.progress < 5) return null;
  const gone = (now - Date.parse(job.started_at)) / 1000;
  return (gone * (100 - job.progress)) / job.progress;
}
