// Changes that the service does not have yet. They are kept in this browser until it has: whatever is closed, reloaded or
// killed meanwhile, they are sent by the next page that opens the transcript.

const PREFIX = "stt.edits.";
/** This page, among all that are open: it holds a lock of this name for as long as it lives. */
const PAGE = `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
globalThis.navigator?.locks?.request(PREFIX + PAGE, () => new Promise(() => {}));

/** What an operation is about: of two about the same the later one says all. */
export const keyOf = ({ op, segment, segments, speaker }) => (op === "name" ? speaker : String(segment ?? segments[0]));

/** Changes of one transcript, by what they are about: `{operation, was, sent}`. */
export class Pending {
  constructor(jobId, storage = globalThis.localStorage) {
    this.own = `${PREFIX}${jobId}.${PAGE}`;
    this.prefix = `${PREFIX}${jobId}.`;
    this.storage = storage;
    this.entries = new Map();
  }

  get operations() {
    return [...this.entries.values()].map(({ operation }) => operation);
  }

  /** A change, and what was there before it. */
  add(operation, was) {
    const before = this.entries.get(keyOf(operation));
    const entry = { operation, was: before ? before.was : was, sent: before?.sent ?? [] };
    this.entries.set(keyOf(operation), entry);
    this.#keep();
  }

  /** What is sent now: should the answer be lost, it may be what others seem to have written. */
  sending() {
    const batch = [...this.entries.entries()];
    for (const [, entry] of batch) entry.sent.push(saidBy(entry.operation));
    this.#keep();
    return batch;
  }

  /** A batch was taken; what was changed anew meanwhile is still to be sent, and stands upon it. */
  taken(batch) {
    for (const [key, entry] of batch) {
      const now = this.entries.get(key);
      if (now === entry) this.entries.delete(key);
      else if (now) [now.was, now.sent] = [saidBy(entry.operation), []];
    }
    this.#keep();
  }

  drop(key) {
    this.entries.delete(key);
    this.#keep();
  }

  /** Let go of those that are done already. */
  dropWhere(isDone) {
    for (const [key, { operation }] of [...this.entries]) if (isDone(operation)) this.entries.delete(key);
    this.#keep();
  }

  /** Those that stand against what others have written meanwhile: `saidNow(operation)` is what is there. */
  against(saidNow) {
    return [...this.entries].filter(([, { operation, was, sent }]) =>
      ![was, saidBy(operation), ...sent].includes(saidNow(operation)));
  }

  /** Take up what pages have left that are gone. */
  async adopt(locks = globalThis.navigator?.locks) {
    const alive = new Set(((await locks?.query())?.held ?? []).map(({ name }) => name));
    for (const name of this.#names().filter((each) => each.startsWith(this.prefix) && each !== this.own)) {
      if (alive.has(PREFIX + name.slice(this.prefix.length))) continue;
      for (const [key, entry] of JSON.parse(this.storage.getItem(name)) ?? []) this.entries.set(key, entry);
      this.storage.removeItem(name);
    }
    this.#keep();
  }

  #names() {
    return Array.from({ length: this.storage.length }, (_, place) => this.storage.key(place));
  }

  #keep() {
    try {
      if (this.entries.size) this.storage.setItem(this.own, JSON.stringify([...this.entries]));
      else this.storage.removeItem(this.own);
    } catch {
      // Full or forbidden: it holds until the page is left, and the page says that it is not saved.
    }
  }
}

/** What an operation lets be there: a text, or a name. */
export function saidBy({ op, text, lines, name }) {
  return op === "name" ? name : (text ?? lines[0].text);
}
