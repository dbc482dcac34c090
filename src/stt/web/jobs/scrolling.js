// Where the list of jobs is scrolled to: which rows are laid out, and when more are asked for.

import { redraw } from "../drawing.js";
import { list, more } from "./list.js";
import { BLOCK, Pane } from "./pane.js";

/** Pixels below the window within which the list ends when more of it is asked for. */
const AHEAD = 1500;

const pane = new Pane();
let shown = { from: 0, to: 2 * BLOCK, above: 0, below: 0 };

/** The rows to lay out, and the room above and below them. */
export function stretch() {
  const rows = document.querySelector(".rows");
  const top = rows ? rows.getBoundingClientRect().top - shown.above : 0;
  if (rows) measure(rows);
  shown = pane.cut(list.jobs.length, top, innerHeight);
  return shown;
}

/** What is about to leave is measured, so that the room it leaves is as high. */
function measure({ children }) {
  const topOf = (row) => row.getBoundingClientRect().top;
  for (let row = 0; row + BLOCK < children.length; row += BLOCK) {
    pane.measured((shown.from + row) / BLOCK, topOf(children[row + BLOCK]) - topOf(children[row]));
  }
}

function scrolled() {
  const rows = document.querySelector(".rows");
  if (!rows) return;
  const { top, bottom } = rows.getBoundingClientRect();
  const { from, to } = pane.cut(list.jobs.length, top - shown.above, innerHeight);
  if (from !== shown.from || to !== shown.to) redraw();
  if (bottom + shown.below < innerHeight + AHEAD && !list.error) more();
}

addEventListener("scroll", scrolled, { passive: true });
addEventListener("resize", () => {
  pane.forget();
  redraw();
});
