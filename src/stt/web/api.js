// Every request that the page makes.

import { askForKey, key } from "./key.js";
import { reached } from "./connection.js";

/** Refusals that are over soon: another request is at it, or the line was too slow. */
const PASSING = ["idempotency_key_in_use", "upload_busy", "upload_stalled"];

/** What the service refused, or that it could not be reached; `passing` if the same may do well a little later. */
export class Refusal extends Error {
  constructor(status, body = {}, retryAfter = null) {
    super(typeof body.detail === "string" ? body.detail : "");
    this.status = status;
    this.code = body.code ?? (status ? `http_${status}` : "unreachable");
    this.details = body;
    this.retryAfter = retryAfter;
  }

  get passing() {
    return [0, 429, 502, 503, 504].includes(this.status) || PASSING.includes(this.code);
  }

  static of(status, text, retryAfter) {
    let body = {};
    try {
      body = JSON.parse(text);
    } catch {
      // A proxy's page, or nothing: the status has to do.
    }
    return new Refusal(status, body, Number(retryAfter) || null);
  }
}

/** An address of the API, whatever prefix a proxy shows it under. */
export function address(path, query = {}) {
  const url = new URL(path, new URL(".", document.baseURI));
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") url.searchParams.set(name, value);
  }
  return url;
}

/** Where a player finds a transcript as captions. */
export const captions = (id) => address(`${jobPath(id)}/transcript`, { format: "vtt" }).href;

export function authorization() {
  return key() ? { Authorization: `Bearer ${key()}` } : {};
}

/** An answer, whatever it holds; raises `Refusal`. Where the service wants a key it is asked for. */
export async function ask(path, { query, signal, headers, ...options } = {}) {
  for (;;) {
    const used = key();
    let answer;
    try {
      answer = await fetch(address(path, query), { ...options, signal, headers: { ...authorization(), ...headers } });
    } catch (error) {
      if (signal?.aborted) throw error;
      reached(false);
      throw new Refusal(0);
    }
    reached(answer.status !== 502 && answer.status !== 504);
    if (answer.ok) return answer;
    if (answer.status === 401) {
      await askForKey(used);
      continue;
    }
    throw Refusal.of(answer.status, await answer.text(), answer.headers.get("Retry-After"));
  }
}

export async function json(path, options) {
  return (await ask(path, options)).json();
}

/** Where a job's recording lies for a player, which sends no headers: with a key it gets a cookie that may read. */
export async function recording(id) {
  if (key()) await ask("api/stt/session");
  return address(`${jobPath(id)}/media`).href;
}

export const jobPath = (id) => `api/stt/jobs/${encodeURIComponent(id)}`;
export const status = (id, options) => json(jobPath(id), options);
export const cancel = (id) => json(`api/stt/cancel/${encodeURIComponent(id)}`, { method: "POST" });
export const options = () => json("api/stt/options");

/** The result document as it is stored. */
export const transcript = (id, options) => json(`${jobPath(id)}/transcript`, { query: { format: "json" }, ...options });
