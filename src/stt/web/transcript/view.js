// A job's own view: its words, its sound, and what can be done with both.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { clock } from "../amounts.js";
import { captions, recording } from "../api.js";
import { patiently } from "../connection.js";
import { redraw } from "../drawing.js";
import { icons } from "../icons.js";
import { isRunning } from "../jobs/list.js";
import { remember, remembered } from "../settings.js";
import { tell } from "../telling.js";
import { language, nameOf, sentenceOf, w } from "../words.js";
import { SKIP, controls } from "./controls.js";
import { editingBar } from "./editing/bar.js";
import { Editing } from "./editing/editing.js";
import { exportMenu } from "./exports.js";
import { Find } from "./find.js";
import { help } from "./help.js";
import { actionOf } from "./keys.js";
import { account } from "./ledger.js";
import { follow } from "./live.js";
import { Player } from "./player.js";
import { jobState } from "./state.js";
import { TranscriptText } from "./text.js";
import { Waveform } from "./waveform.js";

export class TranscriptView {
  kind = "reader";

  constructor(id, moment) {
    this.id = id;
    this.moment = moment;
    this.job = null;
    this.whole = null;
    this.error = null;
    this.player = null;
    this.word = -1;
    this.doubt = -1;
    this.following = remembered("follow", true);
    this.text = new TranscriptText({
      whenWord: (word) => this.play(this.text.document.wordStart.values[word]),
      label: (who) => this.#name(who),
    });
    this.find = new Find(this.text);
    this.waveform = new Waveform(this.text);
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    this.editing = new Editing(this);
    addEventListener("keydown", (event) => this.key(event), { signal });
    for (const name of ["wheel", "touchmove"]) addEventListener(name, () => this.#readerMoved(), { signal, passive: true });
    follow(id, (news) => this.#news(news), signal).catch((error) => {
      if (signal.aborted) return;
      this.error = error;
      redraw();
    });
  }

  close() {
    this.editing.close();
    this.leaving.abort();
    this.player?.close();
    this.waveform.close();
    this.text.dim();
  }

  get title() {
    return this.job?.filename ?? w.transcript;
  }

  /** Who speaks: a channel by its number, a speaker by the name that the transcript has for the label. */
  #name(who) {
    if (typeof who === "number") return w.channelName(who + 1);
    return this.whole?.speakers?.find(({ id }) => id === who)?.name ?? who;
  }

  #news({ job, segments, whole, anew }) {
    this.job = job;
    if (anew && !this.whole) this.text.replace([]);
    if (!this.player) this.#openPlayer(job);
    if (job.duration) this.waveform.load(this.id, this.leaving.signal);
    if (whole) {
      // What was done again is done: whoever is writing goes on.
      if (this.whole) this.editing.renewed(whole);
      else {
        this.show(whole);
        this.editing.loaded(whole);
      }
      this.player.caption(captions(this.id), nameOf(whole.language), whole.language);
      this.waveform.lost = [];
      this.waveform.account(whole);
    } else if (segments?.length && !this.whole) {
      this.#append(segments);
      this.waveform.draw();
    }
    redraw();
  }

  /** A whole transcript in the place of what was shown. */
  show(whole) {
    this.whole = whole;
    this.text.replace(whole.segments);
    this.word = this.doubt = -1;
    this.lightDoubts();
    if (this.find.open) this.find.look(this.find.query);
  }

  #append(segments) {
    const page = document.scrollingElement;
    const atEnd = page.scrollHeight - page.scrollTop - innerHeight < 120 && page.scrollTop > 0;
    this.text.append(segments, { fresh: true });
    if (atEnd && !this.player?.playing) page.scrollTop = page.scrollHeight;
  }

  lightDoubts() {
    this.text.light("doubt", this.text.document.doubtful.map((word) => this.text.rangeOfWord(word)));
  }

  #openPlayer(job) {
    this.player = new Player({ filename: job.filename, whenMoved: (second) => this.#moved(second) });
    patiently(() => recording(this.id), this.leaving.signal).then((source) => this.player.load(source), () => {});
    if (this.moment !== null) this.player.seek(this.moment);
  }

  #moved(second) {
    const word = this.text.document.wordSpokenAt(second);
    if (word !== this.word) {
      this.word = word;
      if (word < 0) this.text.dim("spoken");
      else this.text.light("spoken", [this.text.rangeOfWord(word)]);
      if (word >= 0 && this.following && this.player.playing) this.text.show(this.text.document.segmentOf(word));
    }
    this.place?.moved(second);
  }

  /** Whoever scrolls wants to read elsewhere: following begins again by the button or by a click on a word. */
  #readerMoved() {
    if (!this.player?.playing || !this.following) return;
    this.following = false;
    redraw();
  }

  play(second) {
    this.following = remembered("follow", true);
    this.player.seek(second);
    this.player.play();
  }

  toggleFollow() {
    this.following = !this.following;
    remember("follow", this.following);
    if (this.following && this.word >= 0) this.text.show(this.text.document.segmentOf(this.word));
    redraw();
  }

  toggleLoop() {
    const { document } = this.text;
    const segment = document.segmentAt(this.player.time);
    this.player.loop = this.player.loop || segment < 0
      ? null
      : { start: document.segmentStart.values[segment], end: document.segmentEnd.values[segment] };
    redraw();
  }

  #step(direction) {
    const { document } = this.text;
    const now = document.segmentAt(this.player.time + 0.01);
    const segment = Math.max(0, Math.min(document.segments - 1, now + direction));
    if (!document.segments) return;
    this.player.seek(document.segmentStart.values[segment]);
    this.text.show(segment);
  }

  goToDoubt(direction) {
    const { document } = this.text;
    const word = document.doubtfulFrom(this.doubt >= 0 ? this.doubt : document.wordStart.lastUpTo(this.player.time), direction);
    if (word < 0) return tell(w.noDoubts);
    this.doubt = word;
    this.player.seek(document.wordStart.values[word]);
    this.text.light("current", [this.text.rangeOfWord(word)]);
    this.text.show(document.segmentOf(word));
    tell(w.doubtAt(document.doubtful.indexOf(word) + 1, document.doubtful.length));
  }

  key(event) {
    const action = actionOf(event);
    if (!action || !this.player) return;
    event.preventDefault();
    const actions = {
      toggle: () => this.player.toggle(),
      back: () => this.player.seek(this.player.time - SKIP),
      forward: () => this.player.seek(this.player.time + SKIP),
      previous: () => this.#step(-1),
      next: () => this.#step(1),
      slower: () => this.player.faster(-1),
      faster: () => this.player.faster(1),
      loop: () => this.toggleLoop(),
      follow: () => this.toggleFollow(),
      nextDoubt: () => this.goToDoubt(1),
      previousDoubt: () => this.goToDoubt(-1),
      find: () => this.find.show(),
      edit: () => this.editing.here(),
      undo: () => this.editing.undo(),
      redo: () => this.editing.redo(),
      help: () => document.querySelector(".help").showModal(),
    };
    actions[action]();
  }

  template() {
    if (this.error) {return html`${backLink()}<h1 tabindex="-1">${w.transcript}</h1>
      <p class="problem" role="alert">${sentenceOf(this.error)}</p>`;}
    const { job } = this;
    if (!job) return html`${backLink()}<h1 tabindex="-1">${w.transcript}</h1><p class="quiet" role="status">${w.loading}</p>`;
    return html`
      ${backLink()}
      <header class="job-head">
        <div>
          <h1 tabindex="-1">${job.filename}</h1>
          <p class="quiet">${[
            job.duration && clock(job.duration), nameOf(job.detected_language ?? job.language), job.model,
            new Date(job.created_at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" }),
          ].filter(Boolean).join(" · ")}</p>
        </div>
        <div class="buttons">
          <button class="button" @click=${() => this.find.show()} ?disabled=${!this.text.document.segments}>${icons.search} ${w.find}</button>
          ${this.whole ? exportMenu(job, this.text) : nothing}
        </div>
      </header>
      ${jobState(this)}
      ${this.player ? html`<div class="picture" ?hidden=${!this.player.pictured}>${this.player.media}</div>` : nothing}
      ${this.whole ? account(this.whole, (second) => this.play(second)) : nothing}
      <div class="reading">
        ${editingBar(this.editing)}
        ${this.find.template()}
        ${this.text.root}
        ${isRunning(job) && !this.whole ? html`<p class="arriving quiet"><span class="spinner"></span> ${this.text.document.segments ? w.moreArrives : w.wordsArrive}</p>` : nothing}
        ${this.whole && !this.text.document.segments ? html`<p class="quiet empty">${w.noWords}</p>` : nothing}
      </div>
      ${controls(this)}
      ${help()}`;
  }

  act(promise) {
    promise.then((job) => job && this.#news({ job })).catch((error) => tell(sentenceOf(error)));
  }
}

const backLink = () => html`<a class="back" href="#/">${icons.left} ${w.allTranscripts}</a>`;
