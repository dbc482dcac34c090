// What the view of the service as a whole says in English.

import { many } from "./counting.js";

export default {
  system: "System",
  systemParts: "Parts",
  systemStates: {
    ok: "All is well.", degraded: "Files are accepted, and wait until all parts are back.",
    unavailable: "No files are accepted at the moment.",
  },
  systemVersion: (version) => `Version ${version}`,
  partNames: { database: "Database", storage: "Storage", queue: "Queue", scratch: "Working space on the disk" },
  partAnswers: "answers",
  workers: "Workers",
  noWorkers: "No worker runs. Files wait until one is started.",
  workerDuties: { pause: "paused", drain: "takes nothing new, and ends then" },
  workerIdle: "has nothing to do",
  workerDoes: {
    jobs: () => "reads a file or puts a transcript together:", chunks: (pieces) => `transcribes ${many(pieces, "piece", "pieces")} of`,
    deliveries: (pieces) => `tells ${many(pieces, "webhook", "webhooks")} of`,
  },
  queue: "Queue",
  queueOf: "Work",
  queueWaiting: "Waiting",
  queueOldest: "Oldest",
  queueHeld: "In hand",
  lanes: { jobs: "Files", chunks: "Pieces of audio", deliveries: "Messages to webhooks" },
  throughput: "Done",
  doneInHours: (hours, completed, audio, failed) =>
    `In the last ${hours} hours: ${many(completed, "transcript", "transcripts")}, ${audio} of audio, ${failed || "none"} failed.`,
  doneInHour: (completed, audio, failed) => `${many(completed, "transcript", "transcripts")}, ${audio} of audio, ${failed} failed`,
  thisHour: "this hour",
  whereAudioGoes: "Where the audio goes",
  audioStays: "Audio and text stay on this machine.",
  audioGoesTo: (hosts) => `Audio and text are kept on ${hosts}, and go nowhere else.`,
  hostFor: "For",
  host: "Host",
  hostIsTold: "Gets to know",
  hostUses: {
    database: "Database", storage: "Storage", queue: "Queue", models: "Fetching models", packages: "Fetching models, too",
    traces: "Traces of jobs", webhooks: "Webhooks", urls: "Files at an address",
  },
  places: { here: "this machine", host: "as the system says", callers: "what its users name" },
  packageIndex: "the package index of pip",
  toldKinds: { audio: "audio and text", text: "text", names: "names of jobs, no content", nothing: "nothing of yours" },
};
