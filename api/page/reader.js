// The article in its place beside the results: the passage found is set off, the sentences that answer are marked.

import { badges, dates } from "./answer.js";
import { day, icon, make, marked, outward } from "./text.js";
import { say } from "./words.js";

// found: { id, kind, title, text, answers: [text, …] } of the passage to show, or null. Whatever shows it has the id "passage".
export function showArticle(article, found, close) {
  const teaser = found?.kind === "teaser";
  const anchor = article.passages.find((passage) => passage.id === found?.id);
  return [
    make("div", { class: "bar" },
      make("span", { class: "eyebrow" }, say("article")),
      found && make("button", { type: "button", class: "quiet", onclick: () => goToPassage(true) }, icon("target"), make("span", {}, say("to_passage"))),
      closeButton(close)),
    make("h2", { tabindex: "-1", lang: "zh-CN" }, article.title),
    make("p", { class: "meta" },
      badges({ ...article, labels: [], kind: "body" }), article.source && make("span", { lang: "zh-CN" }, article.source), dates(article),
      article.document_number && make("span", {}, `${say("document_number")} `, make("span", { lang: "zh-CN" }, article.document_number)),
      outward(article.url, say("source_page"))),
    teaser && make("p", { class: "notice" }, say("is_teaser")),
    make("div", { class: "prose", lang: "zh-CN", dir: "auto" }, body(article, anchor, found?.answers ?? [])),
    article.teasers.length > 0 && teasers(article.teasers, teaser ? found : null),
  ].filter(Boolean);
}

export function closeButton(close) {
  return make("button", { type: "button", class: "quiet icon-only close", "aria-label": say("close"), onclick: close }, icon("close"));
}

// Scroll to the passage; with `always` even where it is in sight, and take the focus along.
export function goToPassage(always = false) {
  const passage = document.getElementById("passage");
  if (!passage) return;
  const pane = passage.closest("#reader");
  const below = passage.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  if (always || below + Math.min(passage.clientHeight, 120) > pane.clientHeight) pane.scrollTop += below - 84;
  if (always) passage.focus({ preventScroll: true });
}

function teasers(all, found) {
  return make("details", { class: "teasers", open: Boolean(found) },
    make("summary", {}, `${say("teasers")} (${all.length})`),
    make("p", { class: "hint" }, say("teasers_more")),
    make("ul", {}, all.map((teaser) => {
      const here = found && teaser.title === found.title && teaser.text === found.text;
      return make("li", here ? { class: "here", id: "passage", tabindex: "-1" } : {},
        make("b", { lang: "zh-CN" }, teaser.title),
        make("p", { lang: "zh-CN" }, here ? marked(teaser.text, spansOf(teaser.text, found.answers)) : teaser.text),
        make("small", {}, [teaser.source, day(teaser.published)].filter(Boolean).join("  ")));
    })));
}

// Where the texts stand in a text, in code points, in order.
function spansOf(text, wanted, from = 0) {
  const count = (part) => Array.from(part).length;
  return wanted.map((piece) => [text.indexOf(piece), piece]).filter(([at]) => at >= 0)
    .map(([at, piece]) => [from + count(text.slice(0, at)), from + count(text.slice(0, at)) + count(piece)])
    .sort(([one], [other]) => one - other);
}

// The text line by line: headings stand out, rows become tables, and the lines of the passage are set off together.
function body(article, anchor, answers) {
  const depths = new Map(article.sections.flatMap(({ heading_path: path }) => path.map((heading, depth) => [heading, depth])));
  const passageText = anchor && Array.from(article.text).slice(anchor.start, anchor.end).join("");
  const spans = anchor ? spansOf(passageText, answers, anchor.start) : [];
  const nodes = [];
  let passage = null; // the block that the lines of the passage go into
  let table = null;
  let offset = 0;
  for (const line of article.text.split("\n")) {
    const start = offset;
    const end = start + Array.from(line).length;
    offset = end + 1;
    if (!line.trim()) continue;
    const here = Boolean(anchor && anchor.start < end && anchor.end > start);
    const cells = line.split(" | ");
    if (cells.length > 1) {
      if (table?.columns !== cells.length) table = newTable(nodes, cells.length);
      addRow(table.body, cells, here, here && !passage);
      if (here) passage ??= table.body;
      continue;
    }
    table = null;
    const inside = spans.map(([from, to]) => [from - start, to - start]);
    const depth = depthOf(line, depths);
    const tag = depth === null ? "p" : `h${Math.min(3 + depth, 5)}`;
    const node = make(tag, { class: /^[•·●▪-] ?/.test(line) ? "point" : null }, here ? marked(line, inside) : line);
    if (!here) nodes.push(node);
    else if (passage?.tagName === "SECTION") passage.append(node);
    else nodes.push(passage = make("section", { class: "here", id: "passage", tabindex: "-1", "aria-label": say("passage") }, node));
  }
  return nodes;
}

function newTable(nodes, columns) {
  const body = make("table");
  nodes.push(make("div", { class: "wide", tabindex: "0", role: "group", "aria-label": say("table") }, body));
  return { columns, body };
}

// The first row is the header; a row that was found is set off, and the first such is where to scroll.
function addRow(body, cells, here, first) {
  const head = !body.rows.length;
  body.append(make("tr", { class: here ? "here" : null, id: first ? "passage" : null, tabindex: first ? "-1" : null },
    cells.map((text) => make(head ? "th" : "td", head ? { scope: "col" } : {}, text))));
}

// How deep the heading is that the line is, from 0; null if it is none. A line may carry numbering and a colon that its path does not.
function depthOf(line, depths) {
  const bare = line.trim().replace(/[：:]$/, "");
  for (const [heading, depth] of depths) if (bare.endsWith(heading) && bare.length <= heading.length + 6) return depth;
  return null;
}
