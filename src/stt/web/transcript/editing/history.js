// What was done here, to be undone and done again, without an end. Pure.

export class History {
  constructor() {
    this.done = [];
    this.undone = [];
  }

  /** A change and its inverse; `goesOn` if it is more of the last one, such as further typing. */
  add(change, goesOn = false) {
    const last = this.done.at(-1);
    if (goesOn && last) last.redo = change.redo;
    else this.done.push(change);
    this.undone = [];
  }

  /** The operation that undoes the last change, or nothing. */
  undo() {
    const change = this.done.pop();
    if (change) this.undone.push(change);
    return change?.undo;
  }

  redo() {
    const change = this.undone.pop();
    if (change) this.done.push(change);
    return change?.redo;
  }
}
