// Keys of the transcript. Single letters can be turned off (WCAG 2.1.4), and never act where somebody writes.

import { remember, remembered } from "../settings.js";

/** Key → action; what stands here is what `?` shows. */
export const KEYS = {
  " ": "toggle",
  k: "toggle",
  ArrowLeft: "back",
  j: "back",
  ArrowRight: "forward",
  l: "forward",
  ArrowUp: "previous",
  ArrowDown: "next",
  "<": "slower",
  ">": "faster",
  r: "loop",
  f: "follow",
  n: "nextDoubt",
  p: "previousDoubt",
  "/": "find",
  "?": "help",
};

export const keysOn = () => remembered("keys", true);
export const turnKeys = (on) => remember("keys", on);

/** The action that an event asks for, if any. */
export function actionOf(event, on = keysOn()) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !on) return null;
  const within = event.target.closest?.("input, textarea, select, [contenteditable], dialog, summary, audio, video");
  if (within) return null;
  const pressesIt = event.target.closest?.("button, a, [role=slider]");
  if (pressesIt && (event.key === " " || event.key.startsWith("Arrow"))) return null;
  return KEYS[event.key] ?? null;
}
