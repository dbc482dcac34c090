// One request with a body that may be large. By XMLHttpRequest: fetch tells nothing of what it has sent.

import { Refusal, address, authorization } from "../api.js";
import { reached } from "../connection.js";

/** The request that was answered; `told` is called with the bytes that were sent of its body. Raises `Refusal`. */
export function deliver({ method, path, headers, body, signal }, told) {
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded }) => told(loaded);
    request.onload = () => {
      reached(true);
      if (request.status < 300) resolve(request);
      else reject(Refusal.of(request.status, request.responseText, request.getResponseHeader("Retry-After")));
    };
    request.onerror = () => {
      reached(false);
      reject(new Refusal(0));
    };
    request.onabort = () => reject(new Refusal(0));
    signal.addEventListener("abort", () => request.abort());
    request.open(method, address(path));
    for (const [name, value] of Object.entries({ ...authorization(), ...headers })) request.setRequestHeader(name, value);
    request.send(body);
  });
}
