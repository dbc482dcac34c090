// What somebody pastes that is no file. Pure.

/** The URLs of a text that is nothing but URLs. */
export function urlsIn(text) {
  const parts = text.split(/\s+/).filter(Boolean);
  return parts.every((part) => /^https?:\/\/\S+$/i.test(part)) ? parts : [];
}
