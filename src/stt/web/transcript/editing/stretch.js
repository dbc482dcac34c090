// A stretch of a transcript that somebody has marked, and the operations that are about it. Pure.
//
// A place is `{segment, place}`: the number of a line, and a position in its text. Words are counted from 0 in their line.

/** The number of the first word that ends behind a place: the one in which it is, or the next; all of them if none does. */
export function wordAt({ text, words = [] }, place) {
  let from = 0;
  for (const [number, { word }] of words.entries()) {
    const written = word.trim().normalize("NFC");
    const found = text.indexOf(written, from);
    if (found < 0) continue;
    from = found + written.length;
    if (from > place) return number;
  }
  return words.length;
}

/** The words from one place up to another: `{from, behind}`, each `{segment, word}`; `null` where there is none. */
export function wordsBetween(lines, start, end) {
  let last = end;
  // A line that is marked with a triple click ends where the next one begins.
  if (end.place === 0 && end.segment > start.segment) last = { segment: end.segment - 1, place: lines[end.segment - 1].text.length };
  const from = { segment: start.segment, word: wordAt(lines[start.segment], start.place) };
  const line = lines[last.segment];
  const within = wordAt(line, last.place - 1);
  const behind = { segment: last.segment, word: last.place >= line.text.length ? line.words?.length ?? 0 : within + 1 };
  return from.segment === behind.segment && from.word >= behind.word && lines[from.segment].words?.length ? null : { from, behind };
}

/** The operations that make a stretch lines of its own, and the ids of these: `fresh()` makes one that no line has. */
export function apart({ from, behind }, lines, fresh) {
  const operations = [];
  const ids = lines.slice(from.segment, behind.segment + 1).map(({ id }) => id);
  const inner = (number, segment) => number > 0 && number < (lines[segment].words?.length ?? 0);
  const begins = inner(from.word, from.segment);
  if (begins) {
    const id = fresh();
    operations.push({ op: "split", segment: ids[0], at: from.word, new: id });
    ids[0] = id;
  }
  if (inner(behind.word, behind.segment)) {
    const before = begins && from.segment === behind.segment ? from.word : 0;
    operations.push({ op: "split", segment: ids.at(-1), at: behind.word - before, new: fresh() });
  }
  return { operations, ids };
}

/** Let somebody else speak a stretch. */
export function given(stretch, lines, speaker, fresh) {
  const { operations, ids } = apart(stretch, lines, fresh);
  return [...operations, { op: "speaker", segments: ids, speaker }];
}

/** Divide a line at a place, if there are words on both sides of it. */
export function divided({ segment, place }, lines, fresh) {
  const at = wordAt(lines[segment], place);
  if (at <= 0 || at >= (lines[segment].words?.length ?? 0)) return [];
  return [{ op: "split", segment: lines[segment].id, at, new: fresh() }];
}

/** One line of those from one number to another; of a single one and the next. */
export function joined(first, last, lines) {
  const [line, ...following] = lines.slice(first, Math.max(last, first + 1) + 1);
  return following.map(({ id }) => ({ op: "join", segment: line.id, following: id }));
}

/** When a stretch is said. */
export function timesOf({ from, behind }, lines) {
  const first = lines[from.segment], last = lines[behind.segment];
  return { start: first.words?.[from.word]?.start ?? first.start, end: last.words?.[behind.word - 1]?.end ?? last.end };
}

/** A label that no speaker has yet. */
export function nextSpeaker(speakers) {
  return `S${1 + Math.max(0, ...speakers.map(({ id }) => Number(id.slice(1)) || 0))}`;
}

/** An id that no line has, nor had: two browsers do not draw the same. */
export function freshId() {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return (high % 2 ** 20) * 2 ** 32 + low;
}
