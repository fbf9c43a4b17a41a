// A search response as the visitor sees it.

import { answer, badges, dates, differing, noAnswer, nothing, regions } from "./answer.js";
import { isFiltered, MOST } from "./address.js";
import { disclosure } from "./disclosure.js";
import { excerpt, tableRow } from "./excerpt.js";
import { feedback } from "./feedback.js";
import { make, outward } from "./text.js";
import { why } from "./why.js";
import { say } from "./words.js";

const QUESTION = /[吗呢么?？]$|什么|怎么|怎样|如何|多少|哪|能不能|可不可以|为何/;

// actions: see app.js
export function showResponse(response, asked, actions) {
  const { results } = response;
  return [
    ...notices(response, asked),
    !results.length && nothing(isFiltered(asked), actions),
    results.length > 0 && (response.answerable ? answer(response, actions) : noAnswer(response, actions)),
    response.answerable && response.regions.length > 0 && regions(response.regions, actions),
    response.differs.length > 0 && differing(response.differs, results, actions),
    results.length > 0 && make("p", { class: "count" }, make("span", {}, say(results.length >= asked.k ? "first" : "found", results.length)),
      make("span", {}, say("in_time", Math.max(1, Math.round(response.took_ms))))),
    results.length > 0 && make("ol", { class: response.answerable ? "list" : "list unsure" },
      results.map((result, place) => item(result, results[place - 1], response.query, actions))),
    results.length >= asked.k && asked.k < MOST && make("button", { type: "button", class: "more", onclick: actions.more }, say("more")),
    response.answerable && alsoAnswered(response, actions),
  ].filter(Boolean);
}

function notices(response, asked) {
  const keywordOnly = response.mode === "keyword" && asked.mode !== "keyword";
  return [
    (response.warnings.length > 0 || keywordOnly) && make("div", { class: "notice" },
      make("p", {}, say(keywordOnly ? "only_keyword" : "incomplete")),
      response.warnings.length > 0 && make("details", {}, make("summary", {}, say("details")), response.warnings.map((line) => make("p", { lang: "en" }, line)))),
    response.corrected && make("p", { class: "corrected" }, `${say("corrected")} `, make("b", { lang: "zh-CN" }, response.corrected)),
  ].filter(Boolean);
}

// Where the passage before is of the same article, its heading tells more than the title once again.
function item(result, previous, question, actions) {
  const heading = result.heading_path.join(" › ");
  const same = heading && previous?.article_id === result.article_id && previous.title === result.title;
  const reasons = why(result);
  const copies = result.also_in.length > 0
    && disclosure(say("reprints", result.also_in.length), `copies-${result.id}`, "copies", make("ul", {}, result.also_in.map((copy) =>
      make("li", {}, make("button", { type: "button", class: "link", lang: "zh-CN", onclick: () => actions.readCopy(copy.id) }, copy.title),
        copy.source && make("span", { lang: "zh-CN" }, ` ${copy.source}`)))));
  return make("li", { class: same ? "result same" : "result", id: `r-${result.id}`, "data-id": result.id },
    make("p", { class: "meta" }, badges(result), result.source && make("span", { lang: "zh-CN" }, result.source), dates(result)),
    make("h2", {}, actions.readLink(result, { class: "title", lang: "zh-CN" }, same ? heading : result.title)),
    heading && make("p", { class: "path", lang: "zh-CN" }, same ? result.title : heading),
    (result.kind === "table" && tableRow(result.text, result.highlights)) || excerpt(result.text, result.highlights),
    make("div", { class: "under" },
      actions.readLink(result, { class: "quiet-link strong" }, say("read")),
      outward(result.url, say("source_page")), reasons.button, copies && copies.button,
      feedback(question, result.id)),
    reasons.panel, copies && copies.panel);
}

// Questions that the articles found answer besides: a way on for those who asked beside the point.
function alsoAnswered(response, actions) {
  const others = response.results.filter((result) => result.id !== response.answer?.passage_id);
  const headings = others.map((result) => result.heading_path.at(-1) ?? result.title);
  const questions = [...new Set(headings)].filter((text) => QUESTION.test(text) && text !== response.query && text.length >= 6 && text.length <= 30).slice(0, 6);
  if (questions.length < 2) return null;
  return make("section", { class: "related", "aria-labelledby": "related-are" },
    make("h2", { class: "eyebrow", id: "related-are" }, say("also_answered")),
    make("ul", {}, questions.map((text) => make("li", {}, actions.askLink(text, { lang: "zh-CN" }, text)))));
}

export function showSkeleton() {
  return [0, 1, 2].map(() => make("div", { class: "skeleton", "aria-hidden": "true" }, make("i"), make("i"), make("i"), make("i")));
}
