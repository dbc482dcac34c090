// What this browser remembers of its reader: choices, never anything of a transcript.

export function remembered(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`stt.${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`stt.${name}`, JSON.stringify(value));
  } catch {
    // Full or forbidden: it holds until the page is left.
  }
}
