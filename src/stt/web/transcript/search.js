// Finding in a transcript, over the ends of segments too. Pure.

/** Lower case, without accents, as long as the text itself: so places found in one are places in the other. */
export function folded(text) {
  let result = "";
  for (const unit of text.toLowerCase()) {
    const bare = unit === "đ" ? "d" : unit.normalize("NFD").replace(/\p{M}/gu, "");
    result += bare.length === unit.length ? bare : unit;
  }
  return result.length === text.length ? result : text;
}

/** The places of a query: `{from: {segment, place}, to: {segment, place}}`, at most `most` of them.
 *
 * Accents count if the query has any; so `ha noi` finds `Hà Nội`, and `hà` does not find `hạ`.
 */
export function search(texts, query, most = 5000) {
  const wanted = query.trim().normalize("NFC").toLowerCase();
  if (!wanted) return [];
  const fold = folded(wanted) === wanted ? folded : (text) => (text.toLowerCase().length === text.length ? text.toLowerCase() : text);
  const starts = new Uint32Array(texts.length);
  let length = 0;
  texts.forEach((text, segment) => {
    starts[segment] = length;
    length += text.length + 1;
  });
  const whole = texts.map(fold).join(" ");
  const found = [];
  let segment = 0;
  const placed = (position) => {
    while (segment + 1 < starts.length && starts[segment + 1] <= position) segment += 1;
    return { segment, place: Math.min(position - starts[segment], texts[segment].length) };
  };
  for (let at = whole.indexOf(wanted); at >= 0 && found.length < most; at = whole.indexOf(wanted, at + wanted.length)) {
    found.push({ from: placed(at), to: placed(at + wanted.length) });
  }
  return found;
}
