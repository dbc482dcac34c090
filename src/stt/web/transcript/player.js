// Plays the file of a job, a part at a time as the browser asks for it (Range).

import { redraw } from "../drawing.js";
import { remember, remembered } from "../settings.js";

export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3];
const VIDEO = /\.(mp4|m4v|mov|webm|mkv|ogv)$/i;

export class Player {
  /** `whenMoved(second)` is called before each frame in which the place has changed. */
  constructor({ filename, whenMoved }) {
    this.whenMoved = whenMoved;
    this.media = document.createElement(VIDEO.test(filename) ? "video" : "audio");
    this.media.preload = "metadata";
    this.media.playsInline = true;
    this.broken = false;
    this.loop = null;
    this.wanted = null;
    this.rate = remembered("rate", 1);
    for (const name of ["play", "pause", "ended", "loadedmetadata", "ratechange"]) {
      this.media.addEventListener(name, () => redraw());
    }
    this.media.addEventListener("loadedmetadata", () => {
      this.media.playbackRate = this.rate;
      if (this.wanted !== null) this.seek(this.wanted);
    });
    this.media.addEventListener("error", () => {
      this.broken = true;
      redraw();
    });
    this.media.addEventListener("play", () => this.#frame());
    this.media.addEventListener("seeked", () => this.#moved());
    // Frames stop in a tab that is not seen; this goes on there.
    this.media.addEventListener("timeupdate", () => this.#moved());
    this.media.addEventListener("ended", () => this.loop && this.#again());
  }

  load(source) {
    this.media.src = source;
  }

  /** Show captions on the picture, where there is one. */
  caption(source, name, code) {
    if (this.media.localName !== "video" || this.media.querySelector("track")) return;
    const track = Object.assign(document.createElement("track"), { kind: "captions", src: source, label: name, srclang: code });
    const show = () => {
      this.media.append(track);
      track.track.mode = "showing";
    };
    // Not before there is a picture: a file that begins to load makes the browser choose among tracks anew.
    if (this.media.readyState) show();
    else this.media.addEventListener("loadedmetadata", show, { once: true });
  }

  get playing() {
    return !this.media.paused && !this.media.ended;
  }

  get time() {
    return this.wanted ?? this.media.currentTime;
  }

  /** Whether there is a picture to be seen. */
  get pictured() {
    return this.media.videoWidth > 0;
  }

  #frame() {
    if (!this.playing) return;
    this.#moved();
    requestAnimationFrame(() => this.#frame());
  }

  #moved() {
    if (this.loop && this.playing && this.media.currentTime >= this.loop.end) this.media.currentTime = this.loop.start;
    this.whenMoved(this.time);
  }

  /** The last sentence ends with the file, which stops it. */
  #again() {
    this.media.currentTime = this.loop.start;
    this.play();
  }

  toggle() {
    if (this.playing) this.media.pause();
    else this.play();
  }

  play() {
    // Refused where the file cannot be played; the element's own error says so.
    this.media.play().catch(() => {});
  }

  seek(second) {
    const place = Math.max(0, Math.min(second, this.media.duration || second));
    this.wanted = this.media.readyState ? null : place;
    if (this.media.readyState) this.media.currentTime = place;
    if (this.loop && (place < this.loop.start || place > this.loop.end)) this.loop = null;
    this.whenMoved(place);
    redraw();
  }

  setRate(rate) {
    this.rate = rate;
    this.media.playbackRate = rate;
    remember("rate", rate);
    redraw();
  }

  faster(steps) {
    const place = RATES.findIndex((rate) => rate >= this.rate);
    this.setRate(RATES[Math.max(0, Math.min(RATES.length - 1, place + steps))]);
  }

  close() {
    this.media.pause();
    this.media.removeAttribute("src");
    this.media.load();
  }
}
