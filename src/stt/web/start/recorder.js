// Records from the microphone.

import { redraw } from "../drawing.js";

const FORMS = [
  ["audio/webm;codecs=opus", "webm"],
  ["audio/mp4", "m4a"],
  ["audio/ogg;codecs=opus", "ogg"],
];

export const recorder = {
  /** "off", "asking", "on"; `refused` says why it could not begin. */
  state: "off",
  refused: null,
  began: 0,
  /** From 0 to 1. */
  level: 0,
};

let recording = null;

/** Whether this browser, at this address, can record at all: microphones are for https and this machine alone. */
export const canRecord = () => Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);

export async function begin(nameFor, whenDone) {
  recorder.state = "asking";
  recorder.refused = null;
  redraw();
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const [type, extension] = FORMS.find(([form]) => MediaRecorder.isTypeSupported(form)) ?? ["", "webm"];
    recording = new Recording(stream, type, (parts) => {
      recorder.state = "off";
      const name = `${nameFor(new Date(recorder.began))}.${extension}`;
      whenDone(new File(parts, name, { type: type.split(";")[0] }));
      redraw();
    });
    recorder.state = "on";
    recorder.began = Date.now();
  } catch (error) {
    recorder.state = "off";
    recorder.refused = error.name;
  }
  redraw();
}

export function end() {
  recording?.end();
  recording = null;
}

class Recording {
  constructor(stream, type, whenDone) {
    this.stream = stream;
    this.parts = [];
    this.recorder = new MediaRecorder(stream, type ? { mimeType: type } : {});
    this.recorder.ondataavailable = ({ data }) => this.parts.push(data);
    this.recorder.onstop = () => whenDone(this.parts);
    this.recorder.start(1000);
    this.context = new AudioContext();
    this.analyser = this.context.createAnalyser();
    this.context.createMediaStreamSource(stream).connect(this.analyser);
    this.timer = setInterval(() => this.measure(), 100);
  }

  measure() {
    const samples = new Float32Array(this.analyser.fftSize);
    this.analyser.getFloatTimeDomainData(samples);
    recorder.level = Math.min(1, 4 * Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length));
    redraw();
  }

  end() {
    clearInterval(this.timer);
    this.recorder.stop();
    for (const track of this.stream.getTracks()) track.stop();
    this.context.close();
  }
}
