// What the transcript's controls say in English.

import { many } from "./counting.js";

export default {
  marked: "What is marked",
  splitHere: "Split here",
  joinLines: "Join",
  speakerHere: "Speaker",
  anotherSpeaker: "Another speaker",
  noSpeaker: "Nobody known",
  repeatStretch: "Repeat",
  hearAgain: "Hear again",
  hearAgainFrom: (start, end) => `Hear ${start} to ${end} again`,
  hearAgainExplained: "With another model, or with the names that are said there. All other words stay, and so does what was there, as a version.",
  hearsAgain: (start, end) => `${start} to ${end} is heard again…`,
  sameAs: (name) => `Is ${name} somebody else?`,
  isSomebody: "Same person as…",
  howManySpeak: "How many people speak",
  asManyAsHeard: "As many as are heard",
  tellApartAgain: "Tell voices apart again",
  versions: "Versions",
  versionNumber: (number) => `Version ${number}`,
  machineVersion: "What the machine wrote",
  versionShown: (number) => `Version ${number}, to be read only.`,
  newest: "This one is shown",
  changes: (count) => many(count, "change", "changes"),
  look: "Look",
  goBackTo: "Go back to this",
  wentBack: (number) => number ? `It is as version ${number} was. Undo takes that back.` : "It is as the machine wrote it. Undo takes that back.",
  changedMeanwhile: "Somebody else changed it meanwhile. What they wrote is shown now; try again.",
};
