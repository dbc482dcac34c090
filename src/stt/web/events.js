// What happens, as it happens: server-sent events, read by fetch, as EventSource shows no key.

import { ask } from "./api.js";
import { patiently, pause } from "./connection.js";

/** Milliseconds before it is asked again after a stream has broken. */
const AGAIN = 1000;
/** Milliseconds of silence after which a stream is taken for dead: the service sends a comment every 15 s. */
const SILENCE = 40_000;

/** Frames of a stream from its text, however that is cut (HTML standard, 9.2.6). */
export class Frames {
  #rest = "";
  #frame = { type: "message", data: [] };
  /** The position behind the last frame. */
  position = null;

  /** `{type, data}` for every frame that ends in this piece of text. */
  *push(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        const { type, data, id } = this.#frame;
        this.position = id ?? this.position;
        if (data.length || type !== "message") yield { type, data: data.length ? JSON.parse(data.join("\n")) : null };
        this.#frame = { type: "message", data: [] };
        continue;
      }
      const [, field, value] = line.match(/^([^:]*):? ?(.*)$/);
      if (field === "event") this.#frame.type = value;
      else if (field === "data") this.#frame.data.push(value);
      else if (field === "id") this.#frame.id = value;
    }
  }
}

/** Events of a path, each once, however often the line breaks, until all was told or `signal` aborts.
 *
 * `{type: "open"}` comes whenever the stream begins, or begins again.
 */
export async function* events(path, signal) {
  let after = null;
  while (!signal.aborted) {
    const silence = new AbortController();
    const either = AbortSignal.any([signal, silence.signal]);
    let answer, timer = 0;
    try {
      answer = await patiently(() => ask(path, { query: { after }, signal: either }), signal);
      if (answer.status === 204) return;
      yield { type: "open", data: null };
      const frames = new Frames();
      for await (const text of texts(answer)) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE);
        for (const frame of frames.push(text)) {
          yield frame;
          after = frames.position ?? after;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      // A refusal that will not pass is the caller's to tell; a broken stream is taken up again.
      if (error.status !== undefined) throw error;
    } finally {
      clearTimeout(timer);
      silence.abort();
    }
    await pause(AGAIN, signal);
  }
}

/** The same for as long as the page is seen: browsers have few lines for one service, and hidden pages hold none. */
export async function* eventsWhileSeen(path, signal) {
  while (!signal.aborted) {
    await seen(signal);
    const hidden = new AbortController();
    const away = () => document.hidden && hidden.abort();
    document.addEventListener("visibilitychange", away, { signal });
    yield* events(path, AbortSignal.any([signal, hidden.signal]));
    document.removeEventListener("visibilitychange", away);
  }
}

/** Until the page is looked at. */
function seen(signal) {
  return new Promise((resolve) => {
    const look = () => (signal.aborted || !document.hidden) && resolve();
    document.addEventListener("visibilitychange", look, { signal });
    signal.addEventListener("abort", look);
    look();
  });
}

async function* texts(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
