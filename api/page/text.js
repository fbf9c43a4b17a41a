// Scraped text on its way into the page: always as text, never as markup.

// Bidi marks can make a line read backwards, and control characters show as boxes.
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function harmless(text) {
  return String(text ?? "").replace(UNSAFE, "");
}

// An element with attributes and children; strings become text nodes. Attributes that are null or false are left out.
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "onclick") node.addEventListener("click", value);
    else node.setAttribute(name, value === true ? "" : harmless(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (typeof child === "string" ? harmless(child) : child)));
  return node;
}

// A link inside the page: its address can be copied or opened in another tab; a plain click goes there without loading.
export function inward(href, action, attributes, ...children) {
  const node = make("a", { href, ...attributes }, ...children);
  node.addEventListener("click", (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    action();
  });
  return node;
}

// A picture of icons.svg, for eyes only: what it stands for is said in words beside it or in a label.
export function icon(name) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `/page/icons.svg#${name}`);
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  picture.append(use);
  return picture;
}

// text[start:end] with its spans inside <mark>. The service counts code points, JavaScript counts UTF-16 units.
export function marked(text, spans, start = 0, end = Infinity) {
  const points = Array.from(text);
  const cut = (from, to) => points.slice(from, to).join("");
  const last = Math.min(end, points.length);
  const parts = [];
  let position = start;
  for (const [from, to] of spans) {
    if (to <= position || from >= last) continue;
    const first = Math.max(from, position);
    parts.push(cut(position, first), make("mark", {}, cut(first, Math.min(to, last))));
    position = Math.min(to, last);
  }
  parts.push(cut(position, last));
  return parts;
}

// A link only where it leads to a web page; anything else, such as javascript:, is not offered.
export function outward(url, label) {
  let target;
  try { target = new URL(url); } catch { return null; }
  if (target.protocol !== "https:" && target.protocol !== "http:") return null;
  return make("a", { class: "quiet-link", href: target.href, target: "_blank", rel: "noopener noreferrer nofollow" }, label, icon("out"));
}

// The day of a date with or without a time, as <time>, after the word that says which date it is.
export function dated(label, date) {
  return date ? make("span", {}, `${label} `, make("time", { datetime: day(date) }, day(date))) : null;
}

export function day(date) {
  return date ? date.slice(0, 10) : null;
}
