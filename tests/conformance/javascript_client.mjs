// The cells of the table through OpenAI's SDK for JavaScript; prints JSON.
//
//     node javascript_client.mjs SDK_DIRECTORY BASE_URL FILE OTHER_FILE
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [directory, baseURL, file, other] = process.argv.slice(2);
const home = path.join(directory, "node_modules", "openai");
const { version } = JSON.parse(fs.readFileSync(path.join(home, "package.json")));
const { default: OpenAI, toFile } = await import(pathToFileURL(path.join(home, "index.mjs")));
const client = new OpenAI({ apiKey: "any", baseURL });

const RECORDING = `data:audio/wav;base64,${fs.readFileSync(file).toString("base64")}`;
const FORMATS = ["json", "text", "srt", "vtt", "verbose_json", "diarized_json"];
const cells = new Map();

function create(endpoint, fields = {}) {
  return client.audio[endpoint].create({ file: fs.createReadStream(file), model: "whisper-1", ...fields });
}

function textOf(answer) {
  return typeof answer === "string" ? answer : answer.text;
}

for (const endpoint of ["transcriptions", "translations"]) {
  for (const response_format of endpoint === "transcriptions" ? FORMATS : FORMATS.slice(0, 5)) {
    cells.set(`${endpoint}, ${response_format}`, async () => {
      const answer = await create(endpoint, { response_format });
      assert.ok(textOf(answer).length > 20, JSON.stringify(answer));
      if (response_format === "srt") assert.match(answer, /^1\n00:00:0.* --> /);
      if (response_format === "vtt") assert.match(answer, /^WEBVTT\n\n/);
      if (response_format === "verbose_json") {
        assert.equal(answer.language, "english");
        assert.equal(typeof answer.segments[0].avg_logprob, "number");
        assert.equal(answer.words, undefined);
      }
      if (response_format === "diarized_json") assert.equal(answer.segments[0].speaker, "A");
    });
  }
}

for (const wanted of [["word"], ["segment"], ["word", "segment"]]) {
  cells.set(`transcriptions, timestamp_granularities ${wanted.join("+")}`, async () => {
    const answer = await create("transcriptions", {
      response_format: "verbose_json",
      timestamp_granularities: wanted,
    });
    assert.equal(Boolean(answer.words), wanted.includes("word"));
    assert.equal(Boolean(answer.segments), wanted.includes("segment"));
  });
}

cells.set("transcriptions, every model name", async () => {
  for (const model of ["whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-transcribe", "demo"]) {
    assert.ok((await create("transcriptions", { model })).text.length > 20, model);
  }
});

cells.set("transcriptions, language en-US, prompt, temperature 0", async () => {
  const answer = await create("transcriptions", { language: "en-US", prompt: "Colours.", temperature: 0 });
  assert.ok(answer.text.length > 20);
});

// What is not used is named beside the text.
for (const [asked, fields] of [
  ["temperature 0.4 is named as ignored", { temperature: 0.4 }],
  ["chunking_strategy auto", { chunking_strategy: "auto" }],
  ["chunking_strategy as an object", { chunking_strategy: { type: "server_vad", threshold: 0.5 } }],
  ["extra_body list and boolean", { x_words: ["a", "b"], x_flag: true }],
  ["known_speaker_* are named as ignored where nobody is told apart", knownSpeaker(RECORDING)],
]) {
  cells.set(`transcriptions, ${asked}`, async () => {
    assert.deepEqual((await create("transcriptions", fields)).ignored, Object.keys(fields));
  });
}

function knownSpeaker(reference) {
  return { known_speaker_names: ["An"], known_speaker_references: [reference] };
}

cells.set("transcriptions, include logprobs", async () => {
  const answer = await create("transcriptions", { include: ["logprobs"] });
  assert.ok(answer.logprobs.every((entry) => entry.logprob <= 0));
  const tokens = answer.logprobs.map((entry) => entry.token).join("");
  assert.deepEqual(tokens.split(/\s+/).filter(Boolean), answer.text.split(/\s+/));
});

cells.set("transcriptions, bytes without a name", async () => {
  const answer = await create("transcriptions", { file: await toFile(fs.readFileSync(file)) });
  assert.ok(answer.text.length > 20);
});

for (const [asked, fields, has = {}] of [
  ["whisper-1", {}],
  ["gpt-4o-transcribe", { model: "gpt-4o-transcribe" }],
  ["diarized_json", { response_format: "diarized_json" }, { segments: true }],
  ["include logprobs", { include: ["logprobs"] }, { logprobs: true }],
]) {
  cells.set(`transcriptions, stream, ${asked}`, async () => {
    const events = [];
    for await (const event of await create("transcriptions", { ...fields, stream: true })) events.push(event);
    const last = events.at(-1);
    const deltas = events.filter((event) => event.type === "transcript.text.delta").map((event) => event.delta);
    assert.equal(last.type, "transcript.text.done");
    assert.equal(deltas.join(""), last.text);
    assert.ok(last.text.length > 20);
    assert.equal(events.some((event) => event.type === "transcript.text.segment"), Boolean(has.segments));
    assert.equal(Boolean(last.logprobs), Boolean(has.logprobs));
  });
}

for (const [what, kind, param, code, fields] of [
  ["400 has message, type, param and code", "BadRequestError", "response_format", "invalid_field", { response_format: "docx" }],
  ["404 for a model that is not there", "NotFoundError", "model", "model_not_found", { model: "whisper-9" }],
  ["400 for a language that is none", "BadRequestError", "language", "unknown_language", { language: "klingon" }],
  ["400 for a file that is no audio", "BadRequestError", "file", null, {}],
  [
    "400 for a recording of a speaker that is no data URL",
    "BadRequestError",
    "known_speaker_references",
    "invalid_field",
    { response_format: "diarized_json", speakers: "auto", ...knownSpeaker("https://files.example/an.wav") },
  ],
]) {
  cells.set(what, async () => {
    const notes = param === "file" ? { file: await toFile(Buffer.from("These are notes. ".repeat(90)), "notes.mp3") } : {};
    const began = performance.now();
    await assert.rejects(create("transcriptions", { ...fields, ...notes }), (error) => {
      assert.ok(error instanceof OpenAI[kind], error.constructor.name);
      assert.equal(error.param, param);
      assert.equal(error.type, "invalid_request_error");
      if (code !== null) assert.equal(error.code, code);
      return true;
    });
    assert.ok(performance.now() - began < 5000, "it was sent again");
  });
}

cells.set("models.retrieve", async () => {
  assert.equal((await client.models.retrieve("whisper-1")).id, "whisper-1");
});

// The job is the same for all calls: nothing but its id tells.
cells.set("a call that outlives its timeout is sent three times and done once", async () => {
  const hasty = new OpenAI({ apiKey: "any", baseURL, timeout: 1000 });
  for (let tries = 0; tries < 40; tries += 1) {
    try {
      const answer = await hasty.audio.transcriptions.create({ file: fs.createReadStream(other), model: "whisper-1" });
      assert.ok(answer.text.length > 100);
      return;
    } catch (error) {
      if (!(error instanceof OpenAI.APIConnectionTimeoutError)) throw error;
    }
  }
  assert.fail("There was no answer in forty times.");
});

cells.set("models.list", async () => {
  const names = [];
  for await (const model of client.models.list()) names.push(model.id);
  assert.ok(names.includes("whisper-1") && names.includes("demo"), names.join());
});

const outcomes = {};
for (const [name, check] of cells) {
  try {
    await check();
    outcomes[name] = "ok";
  } catch (error) {
    outcomes[name] = `${error.name}: ${error.message}`.slice(0, 300);
  }
}
console.log(JSON.stringify({ version, cells: outcomes }));
