// Light, dark, or as the system has it.

import { remember, remembered } from "./settings.js";

export const THEMES = ["system", "light", "dark"];

export const theme = () => remembered("theme", "system");

export function setTheme(wanted) {
  remember("theme", wanted);
  if (wanted === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = wanted;
}
