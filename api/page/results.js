// A search response as the visitor sees it.

import { say } from "./words.js";
import { day, make, marked, outward } from "./text.js";

// actions: read(result), choose({region…}), more(), ask(question)
export function showResponse(response, asked, actions) {
  const parts = [];
  if (response.warnings.length || (response.mode === "keyword" && asked.mode !== "keyword")) {
    parts.push(make("p", { class: "notice", title: response.warnings.join("\n") || null }, say("only_keyword")));
  }
  if (response.corrected) {
    parts.push(make("p", { class: "corrected" }, `${say("corrected")} `, make("b", {}, response.corrected)));
  }
  if (!response.results.length) return [...parts, nothing(asked, actions)];
  parts.push(response.answerable ? answer(response, actions) : noAnswer(response, actions));
  if (response.regions.length) parts.push(regions(response.regions, actions));
  parts.push(make("p", { class: "count" }, `${say("found", response.results.length)} · ${say("in_time", Math.max(1, Math.round(response.took_ms)))}`));
  const list = make("ol", { class: response.answerable ? "list" : "list unsure" }, response.results.map((result, place) => item(result, response.results[place - 1], actions)));
  parts.push(list);
  if (response.results.length >= asked.k && asked.k < 100) {
    parts.push(make("button", { type: "button", class: "more", onclick: actions.more }, say("more")));
  }
  return parts;
}

function answer(response, actions) {
  if (!response.answer) return null;
  const source = response.results.find((result) => result.id === response.answer.passage_id);
  return make("article", { class: "answer", "aria-label": say("answer") },
    make("p", { class: "eyebrow" }, make("span", {}, say("answer")), meter(response.confidence)),
    make("p", { class: "sentence" }, response.answer.text),
    source && make("p", { class: "origin" },
      make("span", {}, say("from"), " "),
      make("button", { type: "button", class: "link", onclick: () => actions.read(source) }, source.title),
      make("span", { class: "facts" }, facts(source).join(" · "))));
}

function meter(confidence) {
  const percent = Math.round(confidence * 100);
  return make("span", { class: "confidence" }, `${say("confidence")} ${percent}%`);
}

function facts(result) {
  return [result.source, day(result.published), result.region ?? say("nationwide")].filter(Boolean);
}

function noAnswer(response, actions) {
  const titles = [...new Set(response.results.map((result) => result.title))].slice(0, 4);
  return make("article", { class: "answer none" },
    make("p", { class: "sentence" }, say("no_answer")),
    make("p", {}, say("no_answer_more")),
    make("p", { class: "eyebrow" }, say("nearest")),
    make("ul", { class: "chips" }, titles.map((title) =>
      make("li", {}, make("button", { type: "button", class: "chip", onclick: () => actions.ask(title) }, title)))));
}

function nothing(asked, actions) {
  const filtered = Boolean(asked.region || asked.since || asked.kind);
  return make("article", { class: "answer none" },
    make("p", { class: "sentence" }, say("nothing")),
    make("p", {}, say(filtered ? "nothing_filtered" : "nothing_more")),
    filtered && make("button", { type: "button", class: "primary", onclick: () => actions.choose({ region: "", since: "", kind: "" }) }, say("remove_filters")));
}

function regions(names, actions) {
  return make("div", { class: "regions" },
    make("span", {}, say("choose_region")),
    make("ul", { class: "chips" }, names.map((name) =>
      make("li", {}, make("button", { type: "button", class: "chip", onclick: () => actions.choose({ region: name }) }, name)))));
}

// Where the passage before is of the same article, its heading tells more than the title once again.
function item(result, previous, actions) {
  const heading = result.heading_path.join(" › ");
  const same = heading && previous?.article_id === result.article_id && previous.title === result.title;
  const { button, panel } = why(result);
  const where = make("p", { class: "meta" },
    make("span", { class: result.region ? "badge region" : "badge" }, result.region ?? say("nationwide")),
    result.kind !== "body" && make("span", { class: "badge" }, say(result.kind)),
    result.year && make("span", { class: "badge" }, say("applies", result.year)),
    result.labels.map((label) => make("span", { class: "badge warning" }, say(`label:${label}`).replace(/^label:/, ""))),
    result.published && make("time", { datetime: day(result.published) }, day(result.published)),
    result.source && make("span", {}, result.source),
    result.also_in.length > 0 && make("span", { title: result.also_in.map((copy) => copy.title).join("\n") }, say("reprints", result.also_in.length)));
  return make("li", { class: same ? "result same" : "result", id: `r-${result.id}`, "data-id": result.id },
    where,
    make("h2", {}, make("button", { type: "button", class: "link title", onclick: () => actions.read(result) }, same ? heading : result.title)),
    heading && make("p", { class: "path" }, same ? result.title : heading),
    make("p", { class: "text", dir: "auto" }, marked(result.text, result.highlights)),
    make("div", { class: "under" },
      make("button", { type: "button", class: "link small", onclick: () => actions.read(result) }, say("read")),
      outward(result.url, say("source_page")),
      button),
    panel);
}

// The button and the panel that it opens.
function why(result) {
  const panel = make("div", { class: "why", id: `why-${result.id}`, hidden: true }, score(result));
  const button = make("button", { type: "button", class: "small ask-why", "aria-expanded": "false", "aria-controls": panel.id }, say("why"));
  button.addEventListener("click", () => {
    panel.hidden = !panel.hidden;
    button.ariaExpanded = String(!panel.hidden);
  });
  return { button, panel };
}

function score(result) {
  const { dense, keyword, late_interaction: late, effects, matched } = result.why;
  const part = (name, value, note) => make("div", { class: "part" },
    make("dt", {}, name),
    make("dd", {}, make("meter", { min: 0, max: 1, value: Math.max(0, value), "aria-label": name }),
      make("b", {}, `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`), note && make("small", {}, note)));
  const ranked = (leg) => (leg.rank ? say("rank", leg.rank) : say("unranked"));
  return [
    make("p", {}, `${say("why_lead")} ${say("score")} `, make("b", {}, result.score.toFixed(2))),
    make("dl", {},
      part(say("why_dense"), dense.share, ranked(dense)),
      part(say("why_keyword"), keyword.share, ranked(keyword)),
      part(say("why_late"), late.share),
      Object.entries(effects).filter(([, value]) => value).map(([name, value]) => part(say(`effect_${name}`), value))),
    matched.length > 0 && make("p", { class: "matched" }, `${say("matched")} `, matched.map((word) => make("span", { class: "badge" }, word))),
  ];
}

export function showSkeleton() {
  return [0, 1, 2].map(() => make("div", { class: "skeleton", "aria-hidden": "true" },
    make("i"), make("i"), make("i"), make("i")));
}

export function showProblem(problem, retry) {
  const waiting = problem.code === "not_ready";
  return [make("article", { class: "answer none", role: "alert" },
    make("p", { class: "sentence" }, say(waiting ? "not_ready" : "failed")),
    waiting && make("p", {}, say("not_ready_more")),
    make("p", { class: "reason" }, waiting ? say("reason") : "", problem.message || say("offline")),
    make("p", {}, make("button", { type: "button", class: "primary", onclick: retry }, say("retry")),
      problem.request_id && make("small", {}, ` ${say("request")} ${problem.request_id}`)))];
}
