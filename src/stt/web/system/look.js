// How the service is, asked again and again while somebody looks on.

import { ask, json } from "../api.js";
import { pause } from "../connection.js";
import { redraw } from "../drawing.js";

/** Milliseconds between looks. */
const EVERY = 3000;

export class SystemLook {
  /** What `/health/ready` says, what `/api/stt/system` says, and why it does not. */
  health = null;
  system = null;
  refused = null;

  /** Look until `signal` aborts. */
  async follow(signal) {
    while (!signal.aborted) {
      if (!document.hidden) {
        await Promise.all([this.#askHealth(signal), this.#askSystem(signal)]);
        redraw();
      }
      await pause(EVERY, signal);
    }
  }

  async #askHealth(signal) {
    try {
      this.health = await (await ask("health/ready", { signal })).json();
    } catch (error) {
      // A part that is away makes it 503, and the answer says which.
      if (error.details?.parts) this.health = error.details;
    }
  }

  async #askSystem(signal) {
    try {
      this.system = await json("api/stt/system", { signal });
      this.refused = null;
    } catch (error) {
      if (!signal.aborted && error.status) this.refused = error;
    }
  }
}

/** What is done of all hours together: `{completed, failed, audio_seconds}`. */
export function totalOf(hours) {
  const sum = (name) => hours.reduce((total, hour) => total + hour[name], 0);
  return { completed: sum("completed"), failed: sum("failed"), audio_seconds: sum("audio_seconds") };
}

/** The named hosts that get to know audio or text, each once. */
export function hearers(destinations) {
  const hosts = destinations.filter(({ told, place }) => ["audio", "text"].includes(told) && place === "host").map(({ host }) => host);
  return [...new Set(hosts)];
}
