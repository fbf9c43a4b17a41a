// A passage as a result shows it: short, with what answers in sight; a table's row as a small table.

import { make, marked } from "./text.js";

const MOST = 150; // characters: three or four lines on a screen, seven on a phone
const SLACK = 50; // so much more is shown rather than cut
const BEFORE = 40; // characters of context before the first highlight
const STOPS = "。！？；!?;\n";

export function excerpt(text, spans) {
  const [start, end] = bounds(Array.from(text), spans);
  return make("p", { class: "text", lang: "zh-CN", dir: "auto" },
    start > 0 && "… ", marked(text, spans, start, end), end < Array.from(text).length && " …");
}

// Begins with a sentence, holds the first highlight.
function bounds(points, spans) {
  if (points.length <= MOST + SLACK) return [0, points.length];
  const [from, to] = spans[0] ?? [0, 0];
  let start = 0;
  if (to > MOST) {
    start = from;
    for (let at = from - 1; at >= from - BEFORE; at -= 1) if (STOPS.includes(points[at - 1])) start = at;
  }
  let end = Math.max(start + MOST, to);
  while (end < Math.min(points.length, start + MOST + SLACK) && !STOPS.includes(points[end - 1])) end += 1;
  return [start, points.length - end < SLACK / 2 ? points.length : end];
}

// "header: cell；header: cell" as a table of one row; null where the text is not written so.
export function tableRow(text, spans) {
  const cells = [];
  let offset = 0;
  for (const piece of text.split("；")) {
    const at = piece.indexOf(": ");
    if (at < 1) return null;
    const points = (part) => Array.from(part).length;
    const start = offset + points(piece.slice(0, at + 2));
    offset += points(piece);
    cells.push({ head: piece.slice(0, at), start, end: offset });
    offset += 1;
  }
  if (cells.length < 2) return null;
  return make("div", { class: "wide", tabindex: "0" }, make("table", { class: "row", lang: "zh-CN" },
    make("thead", {}, make("tr", {}, cells.map(({ head }) => make("th", { scope: "col" }, head)))),
    make("tbody", {}, make("tr", {}, cells.map(({ start, end }) => make("td", {}, marked(text, spans, start, end)))))));
}
