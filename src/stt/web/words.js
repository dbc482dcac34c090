// The words of the page, in the languages it speaks.

import en from "./words/en.js";
import vi from "./words/vi.js";
import { remember, remembered } from "./settings.js";

export const LANGUAGES = { en, vi };

/** The words of the language spoken now. */
export let w = en;
export let language = "en";

/** Speak a language; without one, what was chosen before, else what the browser prefers. */
export function speak(wanted) {
  if (wanted) remember("language", wanted);
  const preferred = [wanted, remembered("language"), ...navigator.languages.map((tag) => tag.split("-")[0])];
  language = preferred.find((code) => code in LANGUAGES) ?? "en";
  w = LANGUAGES[language];
  document.documentElement.lang = language;
}

/** The name of a language in the language of the page; Whisper's codes are ISO 639 but for a few. */
export function nameOf(code) {
  if (code === "auto") return w.languageAuto;
  if (code === "multi") return w.languageMulti;
  if (code === "und") return w.languageUnknown;
  const name = new Intl.DisplayNames([language], { type: "language" }).of(code === "jw" ? "jv" : code) ?? code;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}

/** What a refusal says: in the language of the page where it knows the code, else the server's own sentence. */
export function sentenceOf(error) {
  const known = w.errors[error.code];
  if (known) return typeof known === "function" ? known(error) : known;
  return error.message || w.somethingWrong;
}
