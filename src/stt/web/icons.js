// Icons as lines on a grid of 24.

import { svg, html } from "./vendor/lit-html/lit-html.js";

const drawn = (path) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${path}</svg>`;

export const icons = {
  upload: drawn(svg`<path d="M12 16V4m0 0 5 5m-5-5L7 9M4 16v3a1.5 1.5 0 0 0 1.5 1.5h13A1.5 1.5 0 0 0 20 19v-3"/>`),
  microphone: drawn(svg`<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21"/>`),
  stop: drawn(svg`<rect x="6" y="6" width="12" height="12" rx="2"/>`),
  play: drawn(svg`<path class="filled" d="M8 5.5v13l11-6.5z"/>`),
  pause: drawn(svg`<path class="filled" d="M7 5h3.5v14H7zM13.5 5H17v14h-3.5z"/>`),
  back: drawn(svg`<path d="M4 12a8 8 0 1 0 2.5-5.8M4 4v4.5h4.5M14 9.5h-3.4l-.4 2.6c1.6-.7 4-.2 4 1.8 0 2.2-2.8 2.5-4.2 1.2"/>`),
  forward: drawn(svg`<path d="M20 12a8 8 0 1 1-2.5-5.8M20 4v4.5h-4.5M14 9.5h-3.4l-.4 2.6c1.6-.7 4-.2 4 1.8 0 2.2-2.8 2.5-4.2 1.2"/>`),
  left: drawn(svg`<path d="m14.5 5-7 7 7 7"/>`),
  up: drawn(svg`<path d="m6 14.5 6-6 6 6"/>`),
  down: drawn(svg`<path d="m6 9.5 6 6 6-6"/>`),
  close: drawn(svg`<path d="M6 6l12 12M18 6 6 18"/>`),
  retry: drawn(svg`<path d="M20 12a8 8 0 1 1-2.5-5.8M20 4v4.5h-4.5"/>`),
  undo: drawn(svg`<path d="M8.5 5 4.500 9l4 4M5 9h9a5.500 5.500 0 0 1 0 11h-3"/>`),
  redo: drawn(svg`<path d="m15.500 5 4 4-4 4M19 9h-9a5.500 5.500 0 0 0 0 11h3"/>`),
  pen: drawn(svg`<path d="m14.500 5.500 4 4L8 20H4v-4zM12.500 7.500l4 4"/>`),
  bin: drawn(svg`<path d="M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5"/>`),
  search: drawn(svg`<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>`),
  export: drawn(svg`<path d="M12 4v12m0 0 5-5m-5 5-5-5M4 20h16"/>`),
  copy: drawn(svg`<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M15 5.5A1.5 1.5 0 0 0 13.5 4h-8A1.5 1.5 0 0 0 4 5.5v8A1.5 1.5 0 0 0 5.5 15"/>`),
  loop: drawn(svg`<path d="M17 3.5 20 6.5l-3 3M4 11V9.5a3 3 0 0 1 3-3h13M7 20.5l-3-3 3-3M20 13v1.5a3 3 0 0 1-3 3H4"/>`),
  split: drawn(svg`<path d="M4 7h16M4 17h7M14 17h6M12.500 14v6"/>`),
  join: drawn(svg`<path d="M4 7h16M4 17h16M12 9.500v5m0 0 2-2m-2 2-2-2"/>`),
  person: drawn(svg`<circle cx="12" cy="8" r="4"/><path d="M4.500 20.500a7.500 7.500 0 0 1 15 0"/>`),
  follow: drawn(svg`<circle cx="12" cy="12" r="3"/><path d="M12 3v4M12 17v4M3 12h4M17 12h4"/>`),
  keys: drawn(svg`<rect x="3" y="6" width="18" height="12" rx="2"/><path d="M7 10h.01M11 10h.01M15 10h.01M8 14h8"/>`),
  sun: drawn(svg`<circle cx="12" cy="12" r="4"/><path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.600 5.600l1.100 1.100M17.300 17.300l1.100 1.100M5.600 18.400l1.100-1.100M17.300 6.700l1.100-1.100"/>`),
  moon: drawn(svg`<path d="M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5z"/>`),
  system: drawn(svg`<rect x="3.5" y="4.5" width="17" height="12" rx="1.5"/><path d="M8.5 20h7"/>`),
  done: drawn(svg`<path d="m5 12.5 5 5 9-10"/>`),
  failed: drawn(svg`<path d="M12 8v5M12 16.5h.01"/><circle cx="12" cy="12" r="9"/>`),
};
