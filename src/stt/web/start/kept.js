// What this browser keeps of files on their way, so that they go on after a reload: the file, and how far it is.

import { createStore, delMany, entries, getMany, set } from "../vendor/idb-keyval/idb-keyval.js";

/** Bytes; the browser has to copy a file to keep it. Of a larger one all but its content is kept. */
const KEPT_BYTES = 2 ** 30;

const store = createStore("stt-sending", "uploads");
const fileOf = (id) => `${id}.file`;

export function keep({ id, name, url, size, modified, options, at, resumable = null, sent = 0, paused = false }) {
  set(id, { id, name, url, size, modified, options, at, resumable, sent, paused }, store).catch(() => {});
}

export function keepFile({ id, file }) {
  if (file.size <= KEPT_BYTES) set(fileOf(id), file, store).catch(() => {});
}

export function forget({ id }) {
  delMany([id, fileOf(id)], store).catch(() => {});
}

/** Calls `found(upload)` for what earlier visits left, one after the other; what another tab sends only if that closes. */
export async function restored(found) {
  const left = (await entries(store).catch(() => [])).map(([, known]) => known).filter((known) => known.id);
  for (const { id } of left.sort((a, b) => a.at - b.at)) {
    hold(id, async () => {
      const [known, file] = await getMany([id, fileOf(id)], store).catch(() => []);
      if (known) found({ ...known, file: file ?? null });
    });
  }
}

/** An upload is this tab's for as long as that lives, from the moment at which no other has it. */
export function hold(id, then = () => {}) {
  const forever = async () => {
    await then();
    return new Promise(() => {});
  };
  // Only pages that come by https, or from this machine, have locks; without them two tabs may send the same.
  if (navigator.locks) navigator.locks.request(`stt.upload.${id}`, forever).catch(() => {});
  else then();
}
