// Follows a job: its state, and its words as they arrive.

import { result, status, transcript } from "../api.js";
import { patiently, pause } from "../connection.js";

/** Milliseconds between looks for more. */
const LOOK = 1000;

/** Calls `told` with `{job}`, `{job, segments}` while words arrive, `{job, whole}` at the end; until `signal` aborts. */
export async function follow(id, told, signal) {
  let after = 0;
  for (;;) {
    const job = await patiently(() => status(id, { signal }), signal);
    if (signal.aborted) return;
    told({ job });
    if (job.status === "COMPLETED") {
      const whole = await patiently(() => transcript(id, { signal }), signal);
      if (!signal.aborted) told({ job, whole });
      return;
    }
    const page = await patiently(() => result(id, { partial: true, after, signal }), signal);
    if (signal.aborted) return;
    if (!page.complete) {
      told({ job, segments: page.segments, gaps: page.gaps, suppressed: page.suppressed });
      after = page.until;
    }
    if (job.status === "FAILED" || job.status === "CANCELLED") return;
    await pause(LOOK, signal);
  }
}
