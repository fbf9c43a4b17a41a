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

// The text line by line: headings stand out, and the lines of the passage are marked.
function lines(article, passage) {
  const headings = new Set(article.sections.map((section) => section.heading_path.at(-1)));
  const nodes = [];
  let start = 0;
  let first = true;
  for (const line of article.text.split("\n")) {
    const length = Array.from(line).length;
    const end = start + length;
    if (line.trim()) {
      const from = passage ? Math.max(passage.start, start) - start : 0;
      const to = passage ? Math.min(passage.end, end) - start : 0;
      const here = passage && to > from;
      const content = here ? marked(line, [[from, to]], first ? { id: "passage" } : {}) : [line];
      if (here) first = false;
      nodes.push(make(isHeading(line, headings) ? "h3" : "p", {}, content));
    }
    start = end + 1;
  }
  return nodes;
}

// A heading's line may carry numbering and a colon that its path does not.
function isHeading(line, headings) {
  const bare = line.trim().replace(/[：:]$/, "");
  for (const heading of headings) if (bare.endsWith(heading) && bare.length <= heading.length + 6) return true;
  return false;
}
