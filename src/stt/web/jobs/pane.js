// The stretch of a long list that is laid out: however many rows there are, the page has a screen or five of them.

/** Rows that come and go together. */
export const BLOCK = 25;
/** Pixels beyond both edges of the window of which the rows are laid out too. */
const BEYOND = 1500;
/** Pixels of a row as long as none was measured. */
const ROW = 69;

export class Pane {
  #heights = new Map();
  #block = ROW * BLOCK;

  /** A whole block takes so many pixels. */
  measured(block, height) {
    this.#heights.set(block, height);
    this.#block = height;
  }

  /** Nothing that was measured holds any longer: lines break elsewhere. */
  forget() {
    this.#heights.clear();
  }

  /** Of `count` rows those to lay out, `from` up to before `to`, and the pixels of the others `above` and `below` them,
   * where the list begins `top` pixels below the edge of a window that is `height` tall. */
  cut(count, top, height) {
    const blocks = Math.ceil(count / BLOCK);
    let first = 0, above = 0;
    while (first < blocks - 1 && top + above + this.#heightOf(first, count) < -BEYOND) above += this.#heightOf(first++, count);
    let last = first, end = top + above;
    while (last < blocks && end < height + BEYOND) end += this.#heightOf(last++, count);
    let below = 0;
    for (let block = last; block < blocks; block += 1) below += this.#heightOf(block, count);
    return { from: first * BLOCK, to: Math.min(count, last * BLOCK), above, below };
  }

  #heightOf(block, count) {
    const rows = Math.min(BLOCK, count - block * BLOCK);
    return rows < BLOCK ? (this.#block / BLOCK) * rows : this.#heights.get(block) ?? this.#block;
  }
}
