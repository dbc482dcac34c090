// A transcript as columns of numbers: what was said when, found by binary search. It knows nothing of the page.

/** Seconds after its end for which a word is still the one spoken: speech has short pauses. */
const GRACE = 0.12;
/** Below this probability a word is in doubt. */
const DOUBT = 0.5;

/** Numbers that grow: a typed array with room to spare. */
class Column {
  constructor(type) {
    this.values = new type(1024);
    this.length = 0;
  }

  push(value) {
    if (this.length === this.values.length) {
      const larger = new this.values.constructor(2 * this.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  /** Other values in the place of some. */
  replace(from, count, values) {
    const behind = this.values.slice(from + count, this.length);
    this.length = from;
    for (const value of values) this.push(value);
    for (const value of behind) this.push(value);
  }

  /** The place of the last value that is not greater, -1 if all are; the values must ascend. */
  lastUpTo(value) {
    let low = 0, high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.values[middle] <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** Segments and words are numbered from 0; times are in seconds; places in texts in UTF-16 units, as the DOM has them. */
export class TranscriptDocument {
  constructor() {
    this.texts = [];
    this.who = [];
    this.segmentStart = new Column(Float64Array);
    this.segmentEnd = new Column(Float64Array);
    this.firstWord = new Column(Uint32Array);
    this.wordStart = new Column(Float64Array);
    this.wordEnd = new Column(Float64Array);
    this.wordAt = new Column(Uint32Array);
    this.wordLength = new Column(Uint16Array);
    this.doubtful = [];
  }

  get segments() {
    return this.texts.length;
  }

  get words() {
    return this.wordStart.length;
  }

  /** Segments as the API gives them, behind all others. */
  append(segments) {
    for (const segment of segments) {
      const text = segment.text.trim().normalize("NFC");
      this.texts.push(text);
      this.who.push(segment.speaker ?? segment.channel ?? null);
      this.segmentStart.push(segment.start);
      this.segmentEnd.push(segment.end);
      this.firstWord.push(this.words);
      this.#appendWords(segment, text);
    }
  }

  #appendWords(segment, text) {
    for (const { start, end, place, length, doubtful } of wordsOf(segment, text)) {
      if (doubtful) this.doubtful.push(this.words);
      this.wordStart.push(start);
      this.wordEnd.push(end);
      this.wordAt.push(place);
      this.wordLength.push(length);
    }
  }

  /** Another text in the place of a segment's. */
  revise(segment, line) {
    const first = this.firstWord.values[segment];
    const count = (segment + 1 < this.segments ? this.firstWord.values[segment + 1] : this.words) - first;
    const text = line.text.trim().normalize("NFC");
    const words = [...wordsOf(line, text)];
    this.texts[segment] = text;
    for (const [column, of] of [["wordStart", "start"], ["wordEnd", "end"], ["wordAt", "place"], ["wordLength", "length"]]) {
      this[column].replace(first, count, words.map((word) => word[of]));
    }
    const more = words.length - count;
    for (let later = segment + 1; later < this.segments; later += 1) this.firstWord.values[later] += more;
    const doubtful = words.flatMap((word, place) => (word.doubtful ? [first + place] : []));
    this.doubtful = [
      ...this.doubtful.filter((word) => word < first), ...doubtful,
      ...this.doubtful.filter((word) => word >= first + count).map((word) => word + more),
    ];
  }

  /** The word spoken at a second, -1 in a pause. Where channels overlap it is the one that began last. */
  wordSpokenAt(second) {
    const word = this.wordStart.lastUpTo(second);
    return word >= 0 && second < this.wordEnd.values[word] + GRACE ? word : -1;
  }

  /** The segment that is spoken at a second, or was last; -1 before the first. */
  segmentAt(second) {
    return this.segmentStart.lastUpTo(second);
  }

  segmentOf(word) {
    return this.firstWord.lastUpTo(word);
  }

  /** The word at a place in a segment's text, or the one before it. */
  wordAtPlace(segment, place) {
    const first = this.firstWord.values[segment];
    const behind = segment + 1 < this.segments ? this.firstWord.values[segment + 1] : this.words;
    let found = first;
    for (let word = first; word < behind && this.wordAt.values[word] <= place; word += 1) found = word;
    return found;
  }

  /** `{segment, from, to}`: where a word is written. */
  placeOf(word) {
    const from = this.wordAt.values[word];
    return { segment: this.segmentOf(word), from, to: from + this.wordLength.values[word] };
  }

  /** The next doubtful word behind a word, or before it, round the end. */
  doubtfulFrom(word, direction) {
    if (!this.doubtful.length) return -1;
    if (direction > 0) return this.doubtful.find((each) => each > word) ?? this.doubtful[0];
    return this.doubtful.findLast((each) => each < word) ?? this.doubtful.at(-1);
  }
}

/** Where each word of a segment is written, and when it is said. */
function* wordsOf(segment, text) {
  let from = 0, found = false;
  for (const { word, start, end, probability } of segment.words ?? []) {
    const written = word.trim().normalize("NFC");
    const place = text.indexOf(written, from);
    if (place < 0 || !written) continue;
    yield { start, end, place, length: written.length, doubtful: probability < DOUBT };
    found = true;
    from = place + written.length;
  }
  // A segment without words is one word: it can be heard, and is lit, as a whole.
  if (!found) yield { start: segment.start, end: segment.end, place: 0, length: text.length, doubtful: false };
}
