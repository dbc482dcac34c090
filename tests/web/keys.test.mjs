import assert from "node:assert/strict";
import { test } from "node:test";

import { actionOf } from "../../src/stt/web/transcript/keys.js";

const pressed = (key, within = "", more = {}) => ({
  key, target: { closest: (selectors) => selectors.split(", ").includes(within) || null }, ...more,
});

test("keys do what the help says", () => {
  assert.deepEqual(["k", " ", "n", "?", "x"].map((key) => actionOf(pressed(key), true)),
    ["toggle", "toggle", "nextDoubt", "help", null]);
});

test("they do nothing where somebody writes, with a modifier, while accents are composed, or turned off", () => {
  assert.equal(actionOf(pressed("k", "input"), true), null);
  assert.equal(actionOf(pressed("k", "", { ctrlKey: true }), true), null);
  assert.equal(actionOf(pressed("k", "", { isComposing: true }), true), null);
  assert.equal(actionOf(pressed("k"), false), null);
});

test("a button that has the focus is pressed by the space bar, and nothing is played", () => {
  assert.equal(actionOf(pressed(" ", "button"), true), null);
  assert.equal(actionOf(pressed("k", "button"), true), "toggle");
});
