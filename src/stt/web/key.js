// The key that a service with keys wants. Kept until the tab is closed, or on this device where its owner says so.

import { redraw } from "./drawing.js";

const NAME = "stt.key";

/** What is asked: `wanted` while somebody waits for a key, `refused` if the last one was no good. */
export const asking = { wanted: false, refused: false };

const waiting = [];

export function key() {
  try {
    return sessionStorage.getItem(NAME) ?? localStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

/** Resolved once there is another key than the one that was `used`. */
export function askForKey(used) {
  if (key() !== used) return Promise.resolve();
  asking.wanted = true;
  asking.refused = used !== "";
  redraw();
  return new Promise((resolve) => waiting.push(resolve));
}

export function giveKey(value, onThisDevice) {
  forgetKey();
  (onThisDevice ? localStorage : sessionStorage).setItem(NAME, value.trim());
  asking.wanted = false;
  for (const resolve of waiting.splice(0)) resolve();
  redraw();
}

export function forgetKey() {
  sessionStorage.removeItem(NAME);
  localStorage.removeItem(NAME);
}
