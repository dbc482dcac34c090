// The cells of the table through OpenAI's SDK for JavaScript; prints JSON.
//
//     NODE_PATH=... node javascript_client.mjs SDK_DIRECTORY BASE_URL FILE
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [directory, baseURL, file] = process.argv.slice(2);
const home = path.join(directory, "node_modules", "openai");
const { version } = JSON.parse(fs.readFileSync(path.join(home, "package.json")));
const { default: OpenAI } = await import(pathToFileURL(path.join(home, "index.mjs")));
const client = new OpenAI({ apiKey: "any", baseURL });

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

for (const model of ["whisper-1", "gpt-4o-transcribe"]) {
  cells.set(`transcriptions, stream, ${model}`, async () => {
    const events = [];
    for await (const event of await create("transcriptions", { model, stream: true })) events.push(event);
    const last = events.at(-1);
    const deltas = events.filter((event) => event.type === "transcript.text.delta").map((event) => event.delta);
    assert.equal(last.type, "transcript.text.done");
    assert.equal(deltas.join(""), last.text);
    assert.ok(last.text.length > 20);
  });
}

cells.set("400 has message, type, param and code", async () => {
  await assert.rejects(create("transcriptions", { response_format: "docx" }), (error) => {
    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.deepEqual([error.param, error.code, error.type], [
      "response_format",
      "invalid_field",
      "invalid_request_error",
    ]);
    return true;
  });
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
