// The jobs that are shown, page by page from the newest, and kept up to date.

import { ask, cancel as stop, jobPath, json, status } from "../api.js";
import { patiently } from "../connection.js";
import { redraw } from "../drawing.js";
import { eventsWhileSeen } from "../events.js";
import { withNewest } from "./newest.js";

const PAGE = 50;
/** Milliseconds in which several new jobs are listed at once. */
const GATHER = 50;
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
let due = 0;

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
    const { data, next } = await pageAfter(cursor, signal);
    // Where the list was begun anew meanwhile, this is not what follows it.
    if (cursor && cursor !== list.next) return;
    list.jobs = cursor ? [...list.jobs, ...data] : data;
    list.next = next;
    list.error = null;
  } catch (error) {
    if (signal.aborted) return;
    list.error = error;
  } finally {
    if (!signal.aborted) Object.assign(list, { loading: false, loaded: true });
    redraw();
  }
}

/** The newest jobs anew, before those that are shown: who has scrolled down stays there. */
async function freshen({ signal } = asked) {
  if (!list.loaded || list.error) return reload();
  try {
    const page = await pageAfter(null, signal);
    if (!signal.aborted) Object.assign(list, withNewest(list, page));
  } catch (error) {
    if (!signal.aborted) list.error = error;
  }
  redraw();
}

/** `{data, next}`: the jobs of a page as it is to be shown, and what the one behind it is asked for by. */
async function pageAfter(cursor, signal) {
  const page = await pageOf({ limit: PAGE, cursor, q: list.query.trim(), status: list.filter }, signal);
  const data = page.data.filter((job) => job.job_id !== list.removing?.job.job_id);
  return { data, next: page.has_more ? page.next_cursor : null };
}

/** A page that has jobs, or the last one: where a search looks through many of them there are empty pages. */
async function pageOf(query, signal) {
  for (;;) {
    const page = await patiently(() => json("api/stt/jobs", { query, signal }), signal);
    if (page.data.length || !page.has_more) return page;
    query = { ...query, cursor: page.next_cursor };
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
export async function added() {
  await freshen();
}

export function changed(job) {
  const place = list.jobs.findIndex((each) => each.job_id === job.job_id);
  if (place < 0) return;
  list.jobs[place] = { ...list.jobs[place], ...job };
  redraw();
}

/** Keep up with what happens to jobs, until `signal` aborts. */
export async function watch(signal) {
  try {
    for await (const event of eventsWhileSeen("api/stt/events", signal)) happened(event);
  } catch (error) {
    list.error = error;
    redraw();
  }
}

const ANEW = ["open", "reset", "job.accepted"];
const MORE_IS_KNOWN = ["job.stage", "job.completed", "job.failed", "job.cancelled"];

function happened({ type, data }) {
  if (ANEW.includes(type)) {
    clearTimeout(due);
    due = setTimeout(freshen, GATHER);
    if (type !== "job.accepted") list.jobs.slice(PAGE).filter(isRunning).slice(-PAGE).forEach(lookAt);
  } else if (type === "job.deleted") {
    list.jobs = list.jobs.filter((job) => job.job_id !== data.job_id);
    redraw();
  } else if (data) {
    changed(data);
    if (MORE_IS_KNOWN.includes(type) && list.jobs.some((job) => job.job_id === data.job_id)) lookAt(data);
  }
}

/** More is known of a job than was told. */
function lookAt({ job_id: id }) {
  patiently(() => status(id)).then(changed, () => {});
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
