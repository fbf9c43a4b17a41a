// What went wrong, and what helps: wait, loosen the filters, give a key, try again.

import { makeKnown } from "./service.js";
import { make } from "./text.js";
import { say } from "./words.js";

// The service's code → the words that explain it. Codes that only mean that this search failed have none.
const KINDS = {
  not_ready: "not_ready", bad_input: "refused", unauthorized: "needs_key",
  rate_limited: "busy", overloaded: "busy", request_timeout: "busy",
};

// problem: { code, message, request_id? }; remedies: { retry, unfilter? }
export function showProblem(problem, { retry, unfilter }) {
  const kind = KINDS[problem.code] ?? "failed";
  return [make("article", { class: "answer none", role: "alert" },
    make("h2", { class: "sentence" }, say(kind)),
    make("p", {}, say(`${kind}_more`)),
    kind !== "needs_key" && make("p", { class: "reason", lang: problem.code === "offline" ? null : "en" }, problem.message),
    make("footer", {}, remedy(kind, retry, unfilter),
      problem.request_id && make("small", {}, `${say("request")} ${problem.request_id}`)))];
}

function remedy(kind, retry, unfilter) {
  if (kind === "needs_key") return keyForm(retry);
  const [word, action] = kind === "refused" && unfilter ? ["remove_filters", unfilter] : ["retry", retry];
  return make("button", { type: "button", class: "primary", onclick: action }, say(word));
}

function keyForm(retry) {
  const field = make("input", { type: "password", autocomplete: "off", required: true, "aria-label": say("key"), placeholder: say("key") });
  const form = make("form", { class: "key" }, field, make("button", { type: "submit", class: "primary" }, say("go_on")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    makeKnown(field.value.trim());
    retry();
  });
  return form;
}
