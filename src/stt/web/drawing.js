// One place that draws: whatever changes asks for it, and all that changed in a frame is drawn once.

let draw = () => {};
let due = false;

export function drawWith(drawing) {
  draw = drawing;
  redraw();
}

export function redraw() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    draw();
  });
}
