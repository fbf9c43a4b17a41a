// Asking the service. Every failure is thrown as { code, message, request_id? }, the shape of the service's own.

import { recall, remember } from "./memory.js";
import { say } from "./words.js";

let key = recall("key", true); // of a service that answers only those who have one

export function makeKnown(given) {
  key = given;
  remember("key", given, true);
}

async function fetchJson(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { ...options, headers: { Accept: "application/json", ...(key ? { "X-API-Key": key } : {}), ...options.headers } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw { code: "offline", message: say("offline") };
  }
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw body?.error ?? { code: "failed", message: `HTTP ${answer.status}` };
  return body;
}

export const search = (asked, signal) => fetchJson(searchPath(asked), { signal });
export const suggest = async (typed, signal) => (await fetchJson(`/suggest?${new URLSearchParams({ q: typed })}`, { signal })).suggestions;
export const article = (id) => fetchJson(`/articles/${encodeURIComponent(id)}`);
export const passage = async (id) => (await fetchJson(`/passages/${encodeURIComponent(id)}?around=0`)).passage;
export const statistics = () => fetchJson("/stats");

// Throws like the others where the service does not keep it. kept: { question, helpful, passage_id? }
export const sendFeedback = (kept) =>
  fetchJson("/feedback", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(kept) });

export function searchPath(asked) {
  const query = new URLSearchParams({ q: asked.q, k: asked.k });
  for (const name of ["region", "kind"]) if (asked[name]) query.set(name, asked[name]);
  if (asked.since) query.set("since", sinceDate(asked.since));
  if (asked.mode !== "hybrid") query.set("mode", asked.mode);
  return `/search?${query}`;
}

// "1y" becomes the day one year ago; a date stays as it is.
function sinceDate(since) {
  const span = /^(\d+)([my])$/.exec(since);
  if (!span) return since;
  const date = new Date();
  date.setMonth(date.getMonth() - Number(span[1]) * (span[2] === "y" ? 12 : 1));
  return date.toISOString().slice(0, 10);
}
