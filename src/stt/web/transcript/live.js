// Follows a job: its state, and its words as they arrive.

import { jobPath, status, transcript } from "../api.js";
import { patiently } from "../connection.js";
import { events } from "../events.js";

const RUNNING = ["PENDING", "PROCESSING"];
const ENDS = ["job.completed", "job.failed", "job.cancelled", "job.deleted"];

/** Calls `told` with `{job}`, `{job, segments}` while words arrive, `{job, whole}` at the end, `{job, anew}` where what
 * was told before has to be forgotten; until `signal` aborts. */
export async function follow(id, told, signal) {
  let job = await patiently(() => status(id, { signal }), signal);
  told({ job });
  // What is done again with a completed job leaves its transcript to be read.
  if (job.redo) await whole(id, told, job, signal);
  if (job.status !== "COMPLETED") {
    for await (const { type, data } of events(`${jobPath(id)}/events`, signal)) {
      if (signal.aborted) return;
      if (type === "reset") told({ job, anew: true });
      else if (type === "job.text") told({ job, segments: data.segments });
      else if (data) told({ job: (job = await known(job, type, data, signal)) });
      if (!ENDS.includes(type)) continue;
      told({ job: (job = await patiently(() => status(id, { signal }), signal)) });
      // What was begun again has ended before, and all of it is told.
      if (!RUNNING.includes(job.status)) break;
    }
    if (signal.aborted) return;
    job = await patiently(() => status(id, { signal }), signal);
    told({ job });
  }
  if (job.status !== "COMPLETED") return;
  await whole(id, told, job, signal);
}

async function whole(id, told, job, signal) {
  const document = await patiently(() => transcript(id, { signal }), signal);
  if (!signal.aborted) told({ job, whole: document });
}

/** The job with what an event says; with each stage more is known of it than that. */
async function known(job, type, data, signal) {
  if (type === "job.stage") return patiently(() => status(job.job_id, { signal }), signal);
  return { ...job, ...data };
}
