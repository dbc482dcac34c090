// Whether the service can be reached. What asks for something goes on asking; this says so, and when it is back.

import { redraw } from "./drawing.js";

const WAITS = [1000, 1000, 2000, 4000, 8000, 15000];

export const connection = { lost: false };

/** Told by every request how it went. */
export function reached(well) {
  if (connection.lost !== !well) {
    connection.lost = !well;
    redraw();
  }
}

/** A pause in milliseconds, over at once when `signal` aborts. */
export function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
    signal?.addEventListener("abort", done);
  });
}

/** How long to wait before a try, the number `failures` of which have failed in a row. */
export function patience(failures) {
  return WAITS[Math.min(failures, WAITS.length) - 1] ?? 0;
}

/** Ask until there is an answer: a service that restarts or a line that breaks costs time and nothing else. */
export async function patiently(ask, signal) {
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      if (signal?.aborted || !error.passing) throw error;
      await pause(Math.max(patience(failures), 1000 * (error.retryAfter ?? 0)), signal);
      if (signal?.aborted) throw error;
    }
  }
}
