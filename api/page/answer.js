// What stands above the list: the answer with its source, or that there is none; differing answers; places.

import { tableRow } from "./excerpt.js";
import { feedback } from "./feedback.js";
import { dated, icon, make } from "./text.js";
import { say } from "./words.js";

export function answer(response, actions) {
  if (!response.answer) return null;
  const source = response.results.find((result) => result.id === response.answer.passage_id);
  return make("article", { class: "answer", "aria-labelledby": "answer-is" },
    make("header", {}, make("h2", { class: "eyebrow", id: "answer-is" }, say("answer")),
      make("span", { class: "confidence", title: `${Math.round(response.confidence * 100)}%` }, sureness(response.confidence))),
    says(response.answer, source),
    source && origin(source, actions),
    make("footer", {},
      source && actions.readLink(source, { class: "secondary" }, say("read_place")),
      share(actions),
      feedback(response.query, response.answer.passage_id, true)));
}

// The sentence; of a table its row, since one cell says nothing without the others.
function says(answered, source) {
  const row = source?.kind === "table" ? tableRow(source.text, source.highlights) : null;
  return make("div", { class: "sentence", lang: "zh-CN" }, row ?? sentence(answered.text));
}

// Where, from whom, of what day, and for which place: what a reader needs to trust the sentence.
function origin(source, actions) {
  return make("div", { class: "origin" },
    make("p", {}, `${say("from")} `, actions.readLink(source, { class: "strong", lang: "zh-CN" }, [source.title, ...source.heading_path].join(" › "))),
    make("p", { class: "meta" }, badges(source), source.source && make("span", { lang: "zh-CN" }, source.source), dates(source)));
}

// Place, kind and warnings.
export function badges(result) {
  return [
    ...result.labels.map((label) => make("span", { class: "badge warning" }, say(`label:${label}`).replace(/^label:/, ""))),
    make("span", { class: result.region ? "badge region" : "badge", lang: result.region ? "zh-CN" : null }, result.region ?? say("nationwide")),
    result.kind !== "body" && make("span", { class: "badge" }, say(result.kind)),
    result.year && make("span", { class: "badge" }, say("applies", result.year)),
  ];
}

export function dates(result) {
  return [dated(say("published"), result.published), dated(say("effective"), result.effective), dated(say("expires"), result.expires)];
}

// "答：" says nothing under the word 答案, and a sentence that ends a clause of a longer one would look cut off.
function sentence(text) {
  return text.trim().replace(/^(答|A)[：:]\s*/, "").replace(/[；;，,：:、]$/, "。");
}

// Of what visitors might ask, 95 of 100 first passages answer from 0.5 on, and three of four below that: worth a look
// at the source, and no reason to turn away.
function sureness(confidence) {
  return say(confidence >= 0.8 ? "sure" : confidence >= 0.5 ? "rather_sure" : "compare");
}

function share(actions) {
  if (!navigator.clipboard) return null; // only offered over HTTPS and on the visitor's own machine
  const button = make("button", { type: "button", class: "quiet-link share", title: say("share") }, icon("link"), make("span", {}, say("share")));
  button.addEventListener("click", async () => {
    await actions.copyAddress();
    button.classList.add("done");
    button.querySelector("span").textContent = say("copied");
  });
  return button;
}

export function noAnswer(response, actions) {
  const titles = [...new Set(response.results.map((result) => result.title))].slice(0, 5);
  return make("article", { class: "answer none" },
    make("h2", { class: "sentence" }, say("no_answer")),
    make("p", {}, say("no_answer_more")),
    make("h3", { class: "eyebrow" }, say("nearest")),
    make("ul", { class: "chips" }, titles.map((title) =>
      make("li", {}, actions.askLink(title, { class: "chip", lang: "zh-CN" }, title)))),
    make("footer", {}, feedback(response.query, null, true)));
}

export function nothing(filtered, actions) {
  return make("article", { class: "answer none" },
    make("h2", { class: "sentence" }, say("nothing")),
    make("p", {}, say(filtered ? "nothing_filtered" : "nothing_more")),
    filtered && make("footer", {}, make("button", { type: "button", class: "primary", onclick: actions.unfilter }, say("remove_filters"))));
}

export function regions(names, actions) {
  return make("section", { class: "regions", "aria-labelledby": "regions-are" },
    make("h2", { class: "eyebrow", id: "regions-are" }, say("choose_region")),
    make("ul", { class: "chips" }, names.map((name) =>
      make("li", {}, actions.regionLink(name, { class: "chip", lang: "zh-CN" }, name)))));
}

// Groups of { about, answers: [{ says, text, passage_id, title, region, published }] }: a group's answers stand side by side.
export function differing(groups, results, actions) {
  const known = new Map(results.map((result) => [result.id, result]));
  return make("section", { class: "differs", "aria-labelledby": "differs-are" },
    make("h2", { class: "eyebrow", id: "differs-are" }, say("differs")),
    groups.map((group) => make("div", { class: "group" },
      make("h3", {}, say(`about_${group.about}`)),
      make("ul", {}, group.answers.map((said) => make("li", {},
        make("p", { class: "says", lang: "zh-CN" }, said.says),
        make("p", { class: "meta" }, make("span", { class: said.region ? "badge region" : "badge", lang: said.region ? "zh-CN" : null }, said.region ?? say("nationwide")),
          dated(say("published"), said.published)),
        make("p", { lang: "zh-CN" }, sentence(said.text)),
        known.has(said.passage_id) && actions.readLink(known.get(said.passage_id), { class: "small", lang: "zh-CN" }, said.title)))))));
}
