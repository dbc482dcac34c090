// The recording as bars, shaded by what became of each moment. It is drawn when something has changed, not when the
// place moves: what is played is an element of its own above the canvas.

import { jobPath, json } from "../api.js";
import { patiently } from "../connection.js";
import { redraw } from "../drawing.js";

/** CSS pixels from one bar to the next, and of a bar. */
const STEP = 3;
const BAR = 2;
const PEAKS = 2000;
const KINDS = ["words", "other", "suppressed", "gap"];

export class Waveform {
  constructor(text) {
    this.text = text;
    this.peaks = null;
    this.duration = 0;
    this.lost = [];
    this.asked = false;
    this.root = document.createElement("div");
    this.root.className = "waveform";
    this.root.setAttribute("aria-hidden", "true");
    this.canvas = document.createElement("canvas");
    this.played = document.createElement("div");
    this.played.className = "played";
    this.swatches = Object.fromEntries(KINDS.map((kind) => [kind, document.createElement("i")]));
    for (const kind of KINDS) this.swatches[kind].className = `swatch ${kind}`;
    this.root.append(this.canvas, this.played, ...Object.values(this.swatches));
    this.watching = new ResizeObserver(() => this.draw());
    this.watching.observe(this.root);
    this.theme = new MutationObserver(() => this.draw());
    this.theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").onchange = () => this.draw();
  }

  close() {
    this.watching.disconnect();
    this.theme.disconnect();
  }

  /** Fetch the peaks, once: they are there when the file is read to its end. */
  async load(id, signal) {
    if (this.asked) return;
    this.asked = true;
    try {
      const { peaks, end } = await patiently(() => json(`${jobPath(id)}/peaks`, { query: { count: PEAKS }, signal }), signal);
      if (peaks.length) [this.peaks, this.duration] = [peaks, end];
    } catch {
      // A job of an earlier version has none: a plain slider it is.
    }
    this.draw();
    redraw();
  }

  /** What has no words: `{start, end, kind}` with the kinds `gap` and `suppressed`. */
  account({ gaps = [], suppressed = [] }) {
    const of = (kind) => ({ start, end }) => ({ start, end, kind });
    this.lost.push(...gaps.map(of("gap")), ...suppressed.map(of("suppressed")));
    this.draw();
  }

  moved(second) {
    if (this.duration) this.played.style.inlineSize = `${Math.min(100, (100 * second) / this.duration)}%`;
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (!this.peaks || !width) return;
    const density = devicePixelRatio || 1;
    this.canvas.width = Math.round(width * density);
    this.canvas.height = Math.round(height * density);
    const brush = this.canvas.getContext("2d");
    brush.scale(density, density);
    const colours = Object.fromEntries(KINDS.map((kind) => [kind, getComputedStyle(this.swatches[kind])]));
    this.#bands(brush, width, height, colours);
    const bars = Math.floor(width / STEP);
    const loudest = Math.max(1, ...this.peaks);
    for (let bar = 0; bar < bars; bar += 1) {
      const start = (this.duration * bar) / bars, end = (this.duration * (bar + 1)) / bars;
      const tall = Math.max(2, (this.#peak(bar, bars) / loudest) ** 1.5 * (height - 4));
      brush.fillStyle = colours[this.#kindAt(start, end)].color;
      brush.beginPath();
      brush.roundRect(bar * STEP, (height - tall) / 2, BAR, tall, 1);
      brush.fill();
    }
  }

  #bands(brush, width, height, colours) {
    for (const { start, end, kind } of this.lost) {
      const left = (width * start) / this.duration;
      brush.fillStyle = colours[kind].backgroundColor;
      brush.fillRect(left, 0, Math.max(3, (width * (end - start)) / this.duration), height);
    }
  }

  #peak(bar, bars) {
    const from = Math.floor((this.peaks.length * bar) / bars);
    const behind = Math.max(from + 1, Math.floor((this.peaks.length * (bar + 1)) / bars));
    let most = 0;
    for (let place = from; place < behind; place += 1) most = Math.max(most, this.peaks[place]);
    return most;
  }

  #kindAt(start, end) {
    const lost = this.lost.find((each) => each.start < end && each.end > start);
    if (lost) return lost.kind;
    const { wordStart, wordEnd } = this.text.document;
    const word = wordStart.lastUpTo(end);
    return word >= 0 && wordEnd.values[word] > start ? "words" : "other";
  }
}
