// The search page: what is in the URL is what is shown.

import { showArticle } from "./reader.js";
import { showProblem, showResponse, showSkeleton } from "./results.js";
import { offerSuggestions } from "./suggestions.js";
import { make } from "./text.js";
import { language, say, speak } from "./words.js";

const EXAMPLES = ["断缴后余额能用吗", "个人账户的钱能取出来吗", "灵活就业断交几个月有影响吗", "异地就医怎么备案", "2025年缴费基数是多少"];
const FIELDS = ["region", "since", "kind", "mode"];
const PAGE_SIZE = 10;
const at = (id) => document.getElementById(id);
const form = at("form");
const results = at("results");
const reader = at("reader");

let running = null; // AbortController of the request whose answer is awaited
let shown = null; // { key, response } of the results in the page
let waiting = 0; // timer while the index is not ready

// ---- state: the URL -----------------------------------------------------------------------------------------

function state() {
  const given = new URLSearchParams(location.search);
  const k = Number.parseInt(given.get("k"), 10);
  return {
    q: given.get("q") ?? "", region: given.get("region") ?? "", since: given.get("since") ?? "",
    kind: given.get("kind") ?? "", mode: given.get("mode") ?? "hybrid", k: Number.isNaN(k) ? PAGE_SIZE : k,
    article: given.get("article"), passage: given.get("passage"),
  };
}

function address(next) {
  const query = new URLSearchParams();
  for (const name of ["q", "region", "since", "kind", "article", "passage"]) if (next[name]) query.set(name, next[name]);
  if (next.mode && next.mode !== "hybrid") query.set("mode", next.mode);
  if (next.k && next.k !== PAGE_SIZE) query.set("k", next.k);
  const text = query.toString();
  return text ? `/?${text}` : "/";
}

function go(next, replace = false) {
  history[replace ? "replaceState" : "pushState"](null, "", address(next));
  render();
}

// ---- asking the service -------------------------------------------------------------------------------------

async function fetchJson(path, signal) {
  let answer;
  try {
    answer = await fetch(path, { signal, headers: { Accept: "application/json" } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw { code: "offline", message: say("offline") };
  }
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw body?.error ?? { code: "failed", message: `HTTP ${answer.status}` };
  return body;
}

// "1y" becomes the day one year ago; a date stays as it is.
function sinceDate(since) {
  const span = /^(\d+)([my])$/.exec(since);
  if (!span) return since;
  const date = new Date();
  date.setMonth(date.getMonth() - Number(span[1]) * (span[2] === "y" ? 12 : 1));
  return date.toISOString().slice(0, 10);
}

function searchPath(asked) {
  const query = new URLSearchParams({ q: asked.q, k: asked.k });
  for (const name of ["region", "kind"]) if (asked[name]) query.set(name, asked[name]);
  if (asked.since) query.set("since", sinceDate(asked.since));
  if (asked.mode !== "hybrid") query.set("mode", asked.mode);
  return `/search?${query}`;
}

// ---- rendering ----------------------------------------------------------------------------------------------

function render() {
  const asked = state();
  document.body.classList.toggle("home", !asked.q.trim());
  form.elements.q.value = asked.q;
  for (const name of FIELDS) setField(name, asked[name]);
  at("clear").hidden = !(asked.region || asked.since || asked.kind || asked.mode !== "hybrid");
  document.title = asked.q ? `${asked.q} – ${say("title")}` : say("title");
  clearTimeout(waiting);
  renderResults(asked);
  renderReader(asked);
}

function setField(name, value) {
  const field = form.elements[name];
  // A date in a shared link is not among the choices: add it.
  if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value)) {
    field.append(new Option(value, value));
  }
  field.value = value;
}

async function renderResults(asked, again = false) {
  if (!asked.q.trim()) {
    running?.abort();
    shown = null;
    results.replaceChildren();
    return;
  }
  const key = searchPath(asked) + language();
  if (shown?.key === key && !again) return;
  running?.abort();
  const controller = new AbortController();
  running = controller;
  results.ariaBusy = "true";
  // Quick answers replace the old ones without a flicker.
  const skeleton = setTimeout(() => results.replaceChildren(...showSkeleton()), 150);
  try {
    const response = await fetchJson(searchPath(asked), controller.signal);
    shown = { key, response };
    results.replaceChildren(...showResponse(response, asked, actions).filter(Boolean));
    const verdict = response.answer?.text ?? (response.answerable ? "" : say("no_answer"));
    at("announce").textContent = say("announce", response.results.length, verdict);
    offerRegions(response);
    markOpen();
  } catch (problem) {
    if (problem.name === "AbortError") return;
    shown = null;
    const retry = () => renderResults(state(), true);
    results.replaceChildren(...showProblem(problem, retry));
    if (problem.code === "not_ready") waiting = setTimeout(retry, 3000);
  } finally {
    clearTimeout(skeleton);
    if (running === controller) results.ariaBusy = "false";
  }
}

// Places that results name are worth offering in the filter.
function offerRegions(response) {
  const offered = new Set([...at("regions").options].map((option) => option.value));
  for (const name of [...response.regions, ...response.results.map((result) => result.region)]) {
    if (name && !offered.has(name)) at("regions").append(new Option(name, name));
    offered.add(name);
  }
}

async function renderReader(asked) {
  document.body.classList.toggle("reading", Boolean(asked.article));
  reader.hidden = !asked.article;
  // On narrow screens the article covers the page, so the keyboard must not reach what lies under it.
  const covered = Boolean(asked.article) && matchMedia("(max-width: 1180px)").matches;
  for (const part of document.querySelectorAll(".top, .ask, #results, footer")) part.inert = covered;
  markOpen();
  if (!asked.article) {
    reader.replaceChildren();
    return;
  }
  const close = () => {
    const { article, passage, ...rest } = state();
    go(rest);
    document.querySelector(`[data-id="${CSS.escape(passage ?? "")}"] .title`)?.focus();
  };
  try {
    const article = await fetchJson(`/articles/${encodeURIComponent(asked.article)}`);
    if (state().article !== asked.article) return;
    reader.replaceChildren(...showArticle(article, asked.passage, close));
  } catch (problem) {
    reader.replaceChildren(make("button", { type: "button", class: "quiet icon close", "aria-label": say("close"), onclick: close }, "✕"),
      ...showProblem(problem, () => renderReader(state())));
  }
  reader.querySelector("h2")?.focus({ preventScroll: true });
  const mark = reader.querySelector("#passage");
  if (!mark) return;
  // Where the passage is in sight anyway, the article is left at its beginning.
  const below = mark.getBoundingClientRect().top - reader.getBoundingClientRect().top;
  if (below > reader.clientHeight * 0.6) reader.scrollTop += below - 96;
}

function markOpen() {
  const open = state().passage;
  for (const node of results.querySelectorAll(".result")) node.classList.toggle("open", node.dataset.id === open);
}

const actions = {
  read: (result) => go({ ...state(), article: result.article_id, passage: result.id }),
  choose: (filters) => go({ ...state(), ...filters, article: null, passage: null }),
  more: () => go({ ...state(), k: Math.min(100, state().k + PAGE_SIZE) }, true),
  ask: (question) => go({ q: question, mode: state().mode }),
};

// ---- the fixed parts of the page ----------------------------------------------------------------------------

function dress() {
  speak(language());
  const other = at("language");
  other.textContent = say("other_language");
  other.ariaLabel = say("switch_language");
  other.lang = language() === "en" ? "zh-CN" : "en";
  at("examples").querySelector("ul").replaceChildren(...EXAMPLES.map((question) =>
    make("li", {}, make("a", { class: "chip", href: address({ q: question }), lang: "zh-CN" }, question))));
}

async function showHolding() {
  try {
    const stats = await fetchJson("/stats");
    at("holding").textContent = say("holding", stats.articles.toLocaleString(), stats.passages.toLocaleString());
  } catch (problem) {
    const waits = problem.code === "not_ready";
    at("holding").replaceChildren(make("span", { class: "notice" }, `${say(waits ? "not_ready" : "failed")} — ${problem.message}`));
    if (waits) setTimeout(showHolding, 3000);
  }
}

function submit() {
  const typed = Object.fromEntries(["q", ...FIELDS].map((name) => [name, form.elements[name].value.trim()]));
  if (typed.q) go(typed);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  form.elements.q.blur();
  submit();
});
for (const name of FIELDS) form.elements[name].addEventListener("change", submit);
at("clear").addEventListener("click", () => go({ q: state().q }));
at("brand").addEventListener("click", (event) => { event.preventDefault(); go({}); form.elements.q.focus(); });
at("examples").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  go({ q: link.textContent });
});
at("language").addEventListener("click", () => {
  const wanted = language() === "en" ? "zh" : "en";
  localStorage.setItem("language", wanted);
  speak(wanted);
  dress();
  showHolding();
  render();
});
at("theme").addEventListener("click", () => {
  const theme = document.documentElement.dataset.theme;
  const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  setTheme(dark ? "light" : "dark");
  localStorage.setItem("theme", dark ? "light" : "dark");
});
addEventListener("keydown", (event) => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    form.elements.q.focus();
    form.elements.q.select();
  }
  if (event.key === "Escape" && !reader.hidden) reader.querySelector(".close")?.click();
});
addEventListener("popstate", render);
offerSuggestions(form.elements.q, at("suggestions"), async (typed, signal) => {
  const { suggestions } = await fetchJson(`/suggest?${new URLSearchParams({ q: typed })}`, signal);
  return suggestions;
}, submit);

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

if (localStorage.getItem("theme")) setTheme(localStorage.getItem("theme"));
speak(new URLSearchParams(location.search).get("lang") ?? localStorage.getItem("language") ?? "zh");
dress();
showHolding();
render();
// On a phone, focus would open the keyboard over the page.
if (!state().q && matchMedia("(pointer: fine)").matches) form.elements.q.focus();
