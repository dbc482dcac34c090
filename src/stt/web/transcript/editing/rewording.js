// Words of a text that somebody has written, until the service has found better times for them: those at both ends stay,
// what is between them shares the time that was there. Pure.

/** The words of a text that stands where a line's words were said; 1 is the probability of what somebody wrote. */
export function reworded({ words = [], start, end }, text) {
  const tokens = text.split(" ").filter(Boolean);
  if (!words.length) return [];
  let first = 0;
  while (first < Math.min(words.length, tokens.length) && words[first].word === tokens[first]) first += 1;
  let last = 0;
  while (last < Math.min(words.length, tokens.length) - first && words.at(-1 - last).word === tokens.at(-1 - last)) last += 1;
  const old = words.slice(first, words.length - last);
  const fresh = tokens.slice(first, tokens.length - last);
  const written = old.length === fresh.length
    ? fresh.map((word, place) => ({ ...old[place], word, probability: 1 }))
    : spread(fresh, old[0]?.start ?? words[first - 1]?.end ?? start, old.at(-1)?.end ?? words[first]?.start ?? end);
  return [...words.slice(0, first), ...written, ...words.slice(words.length - last)];
}

function spread(tokens, from, to) {
  const letters = tokens.reduce((sum, token) => sum + token.length, 0);
  const length = Math.max(0, to - from);
  let passed = 0;
  return tokens.map((word) => {
    const start = from + (length * passed) / letters;
    passed += word.length;
    return { word, start, end: from + (length * passed) / letters, probability: 1 };
  });
}

/** A text as the service keeps it: composed, in one line. */
export const tidied = (text) => text.normalize("NFC").replace(/\s+/gu, " ").trim();
