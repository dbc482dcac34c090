// Sends changes, and sees to what stands against them.

import { Refusal, ask, jobPath, transcript } from "../../api.js";
import { patiently, pause } from "../../connection.js";
import { redraw } from "../../drawing.js";
import { Pending, saidBy } from "./pending.js";

/** Milliseconds of rest after which changes are sent. */
const REST = 800;

export class Saving {
  /** `said(operation, document)` is what is there of what it is about; `theirs(document)` shows what others wrote, which
   * can wait while somebody is `writing()`. */
  constructor(id, { said, theirs, writing, signal }) {
    Object.assign(this, { id, said, theirs, writing, signal });
    this.pending = new Pending(id);
    this.version = 0;
    this.newest = 0;
    this.busy = false;
    this.refused = null;
    /** Entries of `pending` that stand against what others wrote; they wait until somebody decides. */
    this.against = [];
  }

  get state() {
    if (this.refused) return "refused";
    if (this.against.length) return "against";
    if (this.busy || this.pending.entries.size) return "saving";
    return "saved";
  }

  change(operation, was) {
    this.pending.add(operation, was);
    this.refused = null;
    this.soon();
  }

  soon(rest = REST) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), rest);
    redraw();
  }

  async send() {
    clearTimeout(this.timer);
    if (this.busy || this.against.length || !this.pending.entries.size || this.signal.aborted) return;
    this.busy = true;
    const batch = this.pending.sending();
    try {
      const answer = await patiently(() => this.#patch(batch), this.signal);
      this.version = (await answer.json()).version;
      this.pending.taken(batch);
    } catch (error) {
      if (this.signal.aborted) return;
      if (error.code === "version_outdated") await this.catchUp().catch((failure) => (this.refused = failure));
      else this.refused = error;
    } finally {
      this.busy = false;
      redraw();
    }
    if (!this.refused && this.pending.entries.size) this.soon();
    else this.follow();
  }

  /** Send operations that change which lines there are, when all else is saved; what undoes them, once that is shown.
   *
   * Raises `Refusal`: nothing was done, and what others wrote meanwhile is shown.
   */
  async restructure(operations) {
    return this.#made({ method: "PATCH", path: "transcript", body: JSON.stringify({ operations }) });
  }

  /** Make a new version that is as an old one was. */
  async revert(version) {
    return this.#made({ method: "POST", path: `versions/${version}/revert` });
  }

  async #made({ path, ...request }) {
    await this.#settled();
    this.busy = true;
    redraw();
    try {
      const headers = { "Content-Type": "application/json", "If-Match": `"v${this.version}"` };
      const answer = await patiently(() => ask(`${jobPath(this.id)}/${path}`, { ...request, headers, signal: this.signal }), this.signal);
      return (await answer.json()).inverse;
    } finally {
      this.busy = false;
      if (!this.signal.aborted) await this.catchUp().catch(() => {});
      redraw();
    }
  }

  /** Until nothing of here is still to be saved; raises what is in the way of that. */
  async #settled() {
    while (this.busy) await pause(50, this.signal);
    await this.send();
    if (this.refused) throw this.refused;
    if (this.against.length) throw new Refusal(412, { code: "version_outdated" });
  }

  /** There is a version of this number. */
  heard(version) {
    this.newest = Math.max(this.newest, version);
    this.follow();
  }

  /** Take what others wrote, once nothing of here is in the way; what is to be saved finds out by itself. */
  follow() {
    if (this.newest <= this.version || this.busy || this.pending.entries.size || this.writing()) return;
    this.catchUp().catch(() => {});
  }

  #patch(batch) {
    return ask(`${jobPath(this.id)}/transcript`, {
      method: "PATCH",
      headers: { "Content-Type": "application/json", "If-Match": `"v${this.version}"` },
      body: JSON.stringify({ operations: batch.map(([, { operation }]) => operation) }),
      signal: this.signal,
    });
  }

  /** The page is left: what there is goes out at once, and stays in the browser until some page knows that it came. */
  leave() {
    if (!this.pending.entries.size || this.busy || this.against.length) return;
    const batch = this.pending.sending();
    const options = { method: "PATCH", keepalive: true, headers: { "Content-Type": "application/json", "If-Match": `"v${this.version}"` } };
    ask(`${jobPath(this.id)}/transcript`, {
      ...options, body: JSON.stringify({ operations: batch.map(([, { operation }]) => operation) }),
    }).catch(() => {});
  }

  /** Others were faster: what they wrote elsewhere is taken, and what stands against it is asked about. */
  async catchUp() {
    const document = await patiently(() => transcript(this.id, { signal: this.signal }), this.signal);
    if (this.signal.aborted) return;
    this.settle(document);
    this.theirs(document);
  }

  settle(document) {
    this.version = document.version ?? 0;
    this.pending.dropWhere((operation) => this.said(operation, document) === saidBy(operation));
    this.against = this.pending.against((operation) => this.said(operation, document)).map(([key, { operation }]) => ({
      key, operation, theirs: this.said(operation, document),
    }));
  }

  /** Somebody has decided about one that stood against others' words. */
  decide(each, mine) {
    this.against = this.against.filter((other) => other !== each);
    if (!mine) this.pending.drop(each.key);
    else this.pending.entries.get(each.key).was = each.theirs;
    this.soon(0);
  }

  discard() {
    for (const key of [...this.pending.entries.keys()]) this.pending.drop(key);
    this.refused = null;
    redraw();
  }
}
