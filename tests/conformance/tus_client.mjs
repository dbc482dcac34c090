// Uploads a file with the official client of tus, however often the line is lost; tells the upload and its job.
// node tus_client.mjs SDK ENDPOINT FILE CHUNK_BYTES
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [sdk, endpoint, file, chunkBytes] = process.argv.slice(2);
const tus = createRequire(resolve(sdk, "package.json"))("tus-js-client");

let jobId = null;
let retries = 0;
const upload = new tus.Upload(createReadStream(file), {
  endpoint,
  chunkSize: Number(chunkBytes) || Infinity,
  metadata: { filename: "cuộc họp.wav", language: "en", model: "demo" },
  retryDelays: Array(600).fill(300),
  onShouldRetry: (error) => {
    retries += 1;
    const status = error.originalResponse?.getStatus() ?? 0;
    return status < 400 || status >= 500 || status === 409 || status === 423;
  },
  onAfterResponse: (_request, response) => {
    jobId = response.getHeader("Stt-Job-Id") ?? jobId;
  },
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => console.log(JSON.stringify({ url: upload.url, jobId, retries })),
});
upload.start();
