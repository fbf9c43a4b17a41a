// The article in its place beside the results, with one passage marked.

import { say } from "./words.js";
import { day, make, marked, outward } from "./text.js";

export function showArticle(article, passageId, close) {
  const passage = article.passages.find((anchor) => anchor.id === passageId);
  const dates = [
    [say("published"), day(article.published)], [say("effective"), article.effective],
    [say("expires"), article.expires], [say("document_number"), article.document_number],
  ].filter(([, value]) => value);
  return [
    make("div", { class: "bar" },
      make("span", { class: "badge region" }, article.region ?? say("nationwide")),
      article.source && make("span", {}, article.source),
      make("button", { type: "button", class: "quiet icon close", "aria-label": say("close"), onclick: close }, "✕")),
    make("h2", { tabindex: "-1" }, article.title),
    dates.length > 0 && make("dl", { class: "dates" }, dates.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value)))),
    make("div", { class: "prose", dir: "auto" }, lines(article, passage)),
    article.teasers.length > 0 && make("details", { class: "teasers", open: !passage },
      make("summary", {}, `${say("teasers")} (${article.teasers.length})`),
      article.teasers.map((teaser) => make("div", {}, make("b", {}, teaser.title), make("p", {}, teaser.text),
        make("small", {}, [teaser.source, day(teaser.published)].filter(Boolean).join(" · "))))),
    outward(article.url, say("source_page")),
  ].filter(Boolean);
}

// The text line by line: headings stand out, rows become tables, and the lines of the passage are marked.
function lines(article, passage) {
  const headings = new Set(article.sections.flatMap((section) => section.heading_path));
  const nodes = [];
  let table = null;
  let offset = 0;
  let seen = false;
  for (const line of article.text.split("\n")) {
    const start = offset;
    const end = start + Array.from(line).length;
    offset = end + 1;
    if (!line.trim()) continue;
    const here = passage && passage.start < end && passage.end > start;
    const anchor = here && !seen ? { id: "passage" } : {};
    seen ||= here;
    const cells = line.split(" | ");
    if (cells.length > 1) {
      if (table?.columns !== cells.length) {
        table = { columns: cells.length, body: make("table") };
        nodes.push(make("div", { class: "wide", tabindex: "0" }, table.body));
      }
      const cell = table.body.rows.length ? "td" : "th";
      table.body.append(make("tr", {}, cells.map((text, place) =>
        make(cell, {}, here ? make("mark", place ? {} : anchor, text) : text))));
      continue;
    }
    table = null;
    const span = here && [Math.max(passage.start, start) - start, Math.min(passage.end, end) - start];
    nodes.push(make(isHeading(line, headings) ? "h3" : "p", {}, here ? marked(line, [span], anchor) : line));
  }
  return nodes;
}

// A heading's line may carry numbering and a colon that its path does not.
function isHeading(line, headings) {
  const bare = line.trim().replace(/[：:]$/, "");
  for (const heading of headings) if (bare.endsWith(heading) && bare.length <= heading.length + 6) return true;
  return false;
}
