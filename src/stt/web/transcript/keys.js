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
  e: "edit",
  Enter: "edit",
  "?": "help",
};

export const keysOn = () => remembered("keys", true);
export const turnKeys = (on) => remember("keys", on);

/** The action that an event asks for, if any. */
export function actionOf(event, on = keysOn()) {
  const within = event.target.closest?.("input, textarea, select, [contenteditable], dialog, summary, audio, video");
  if (within || event.isComposing) return null;
  const undoing = undoOf(event);
  if (undoing || event.ctrlKey || event.metaKey || event.altKey || !on) return undoing;
  const pressesIt = event.target.closest?.("button, a, [role=slider]");
  if (pressesIt && (event.key === " " || event.key === "Enter" || event.key.startsWith("Arrow"))) return null;
  return KEYS[event.key] ?? null;
}

/** Undoing is what the same keys do everywhere, and needs no letter alone: it is never turned off. */
function undoOf({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  if (!(ctrlKey || metaKey) || altKey) return null;
  if (key.toLowerCase() === "z") return shiftKey ? "redo" : "undo";
  return key.toLowerCase() === "y" ? "redo" : null;
}
