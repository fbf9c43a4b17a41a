// Scraped text on its way into the page: always as text, never as markup.

// Bidi marks can make a line read backwards, and control characters show as boxes.
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function harmless(text) {
  return String(text ?? "").replace(UNSAFE, "");
}

// An element with attributes and children; strings become text nodes.
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "onclick") node.addEventListener("click", value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (typeof child === "string" ? harmless(child) : child)));
  return node;
}

// Text with its spans inside <mark>. The service counts code points, JavaScript counts UTF-16 units.
export function marked(text, spans, attributes = {}) {
  const points = Array.from(text);
  const parts = [];
  let position = 0;
  for (const [start, end] of spans) {
    parts.push(points.slice(position, start).join(""), make("mark", attributes, points.slice(start, end).join("")));
    position = end;
  }
  parts.push(points.slice(position).join(""));
  return parts;
}

// A link only where it leads to a web page; anything else, such as javascript:, is not offered.
export function outward(url, label) {
  let target;
  try { target = new URL(url); } catch { return null; }
  if (target.protocol !== "https:" && target.protocol !== "http:") return null;
  return make("a", { href: target.href, target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}

export function day(date) {
  return date ? date.slice(0, 10) : null;
}
