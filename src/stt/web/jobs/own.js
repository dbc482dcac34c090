// The jobs that this browser has brought, newest first: what is listed where the service lists none.

import { status } from "../api.js";
import { remember, remembered } from "../settings.js";

const MOST = 200;

export function bring(id) {
  remember("jobs", [id, ...remembered("jobs", [])].slice(0, MOST));
}

export function forget(id) {
  remember("jobs", remembered("jobs", []).filter((each) => each !== id));
}

export async function ownJobs(query, signal) {
  const found = await Promise.allSettled(remembered("jobs", []).map((id) => status(id, { signal })));
  const wanted = query.q.toLocaleLowerCase();
  const data = found
    .filter(({ value }) => value && (!query.status || value.status === query.status))
    .map(({ value }) => value)
    .filter(({ filename }) => filename.toLocaleLowerCase().includes(wanted));
  return { data, has_more: false };
}
