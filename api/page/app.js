// The search page: what is in the URL is what is shown.

import { address, FILTERS, isFiltered, MOST, PAGE_SIZE, state } from "./address.js";
import { recall, remember } from "./memory.js";
import { showProblem } from "./problem.js";
import { closeButton, goToPassage, showArticle } from "./reader.js";
import { showResponse, showSkeleton } from "./results.js";
import * as service from "./service.js";
import { offerSuggestions } from "./suggestions.js";
import { inward, make } from "./text.js";
import { language, say, speak } from "./words.js";

const EXAMPLES = [
  ["断缴", "断缴后余额能用吗"], ["取钱", "个人账户的钱能取出来吗"], ["报销", "门诊看病报销多少"],
  ["异地", "异地就医怎么备案"], ["灵活就业", "自己交医保一个月多少钱"], ["家人", "医保卡能给家人用吗"],
];
const at = (id) => document.getElementById(id);
const form = at("form");
const results = at("results");
const reader = at("reader");

let running = null; // AbortController of the request whose answer is awaited
let shown = null; // { key, response } of the results in the page
let settled = Promise.resolve(); // kept once the results of the present question are in the page
let waiting = 0; // timer while the index is not ready

function go(next, replace = false) {
  keepPlace();
  history[replace ? "replaceState" : "pushState"](null, "", address(next));
  render();
}

// Results arrive after the browser would have scrolled back to where a page was left, so the page does that itself.
history.scrollRestoration = "manual";

function keepPlace() {
  history.replaceState({ scroll: scrollY }, "");
}

async function returnTo(place) {
  render();
  await settled;
  scrollTo({ top: place?.scroll ?? 0, behavior: "instant" });
}

// ---- rendering ----------------------------------------------------------------------------------------------

function render() {
  const asked = state();
  document.body.classList.toggle("home", !asked.q.trim());
  form.elements.q.value = asked.q;
  at("empty").hidden = !asked.q;
  for (const name of FILTERS) setFilter(name, asked[name]);
  at("clear").hidden = !isFiltered(asked);
  document.title = asked.q ? `${asked.q} – ${say("title")}` : say("title");
  clearTimeout(waiting);
  settled = renderResults(asked);
  renderReader(asked);
}

function setFilter(name, value) {
  const field = form.elements[name];
  // A date in a shared link is not among the choices: add it.
  if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value)) {
    field.append(new Option(value, value));
  }
  field.value = value;
  field.closest(".field").classList.toggle("on", Boolean(value) && value !== "hybrid");
}

async function renderResults(asked, again = false) {
  if (!asked.q.trim()) {
    running?.abort();
    shown = null;
    results.replaceChildren();
    return;
  }
  const key = service.searchPath(asked) + language();
  if (shown?.key === key && !again) return;
  running?.abort();
  const controller = new AbortController();
  running = controller;
  results.ariaBusy = "true";
  // Quick answers replace the old ones without a flicker.
  const skeleton = setTimeout(() => results.replaceChildren(...showSkeleton()), 150);
  try {
    const response = await service.search(asked, controller.signal);
    const longer = isSameQuestion(shown?.asked, asked) && shown.response.results.length;
    shown = { key, asked, response };
    results.replaceChildren(...showResponse(response, asked, actions));
    if (longer) results.querySelectorAll(".title")[longer]?.focus({ preventScroll: true });
    const verdict = response.answer?.text ?? (response.answerable ? "" : say("no_answer"));
    at("announce").textContent = say("announce", response.results.length, verdict);
    offerRegions(response);
    markOpen();
  } catch (problem) {
    if (problem.name === "AbortError") return;
    shown = null;
    const retry = () => renderResults(state(), true);
    results.replaceChildren(...showProblem(problem, { retry, unfilter: isFiltered(asked) && actions.unfilter }));
    if (problem.code === "not_ready") waiting = setTimeout(retry, 3000);
  } finally {
    clearTimeout(skeleton);
    if (running === controller) results.ariaBusy = "false";
  }
}

// Whether `asked` wants more of what is shown.
function isSameQuestion(before, asked) {
  return Boolean(before) && asked.k > before.k && ["q", ...FILTERS].every((name) => before[name] === asked[name]);
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
  const covering = Boolean(asked.article) && matchMedia("(max-width: 1180px)").matches;
  for (const part of document.querySelectorAll(".skip, .top, .ask, #results, .page-foot")) part.inert = covering;
  reader.setAttribute("role", covering ? "dialog" : "complementary");
  reader.ariaModal = covering ? "true" : null;
  markOpen();
  if (!asked.article) {
    reader.replaceChildren();
    return;
  }
  try {
    const [article, found] = await Promise.all([service.article(asked.article), findPassage(asked.passage)]);
    if (state().article !== asked.article || state().passage !== asked.passage) return;
    reader.replaceChildren(...showArticle(article, found, closeReader));
  } catch (problem) {
    reader.replaceChildren(make("div", { class: "bar" }, closeButton(closeReader)),
      ...showProblem(problem, { retry: () => renderReader(state()) }));
  }
  reader.scrollTop = 0;
  reader.querySelector("h2")?.focus({ preventScroll: true });
  goToPassage();
}

function closeReader() {
  const { article, passage, ...rest } = state();
  go(rest);
  results.querySelector(`[data-id="${CSS.escape(passage ?? "")}"] .title`)?.focus({ preventScroll: true });
}

// What the reader marks: of a result, its sentences that answer; of any other passage, where it stands.
async function findPassage(id) {
  if (!id) return null;
  await settled;
  const result = shown?.response.results.find((one) => one.id === id);
  if (!result) return { ...(await service.passage(id)), answers: [] };
  const points = Array.from(result.text);
  return { ...result, answers: result.highlights.map(([start, end]) => points.slice(start, end).join("")) };
}

function markOpen() {
  const open = state().passage;
  for (const node of results.querySelectorAll(".result")) node.classList.toggle("open", node.dataset.id === open);
}

function linkTo(next, arrive, attributes, ...children) {
  return inward(address(next), () => arrive(next), attributes, ...children);
}

const toTop = () => scrollTo({ top: 0, behavior: "instant" });

const goToTop = (next) => {
  go(next);
  toTop();
  results.focus({ preventScroll: true });
};

// What can be done from the results. Links: (attributes, …children) → a link that goes there.
const actions = {
  readLink: (result, ...rest) => linkTo({ ...state(), article: result.article_id, passage: result.id }, go, ...rest),
  askLink: (question, ...rest) => linkTo({ q: question, mode: state().mode }, goToTop, ...rest),
  regionLink: (region, ...rest) => linkTo({ ...state(), region, k: PAGE_SIZE, article: null, passage: null }, goToTop, ...rest),
  readCopy: async (id) => go({ ...state(), article: (await service.passage(id)).article_id, passage: id }),
  unfilter: () => go({ q: state().q }),
  more: () => go({ ...state(), k: Math.min(MOST, state().k + PAGE_SIZE) }, true),
  copyAddress: () => navigator.clipboard.writeText(location.href),
};

// ---- the fixed parts of the page ----------------------------------------------------------------------------

function dress() {
  speak(language());
  const other = at("language");
  other.textContent = say("other_language");
  other.ariaLabel = say("switch_language");
  other.lang = language() === "en" ? "zh-CN" : "en";
  at("examples").querySelector("ul").replaceChildren(...EXAMPLES.map(([topic, question]) =>
    make("li", {}, actions.askLink(question, { class: "example" }, make("small", {}, topic), make("span", {}, question)))));
}

async function showHolding() {
  try {
    const { articles, passages } = await service.statistics();
    at("holding").textContent = say("holding", articles.toLocaleString(), passages.toLocaleString());
  } catch (problem) {
    const waits = problem.code === "not_ready";
    // Without a key nothing is told; the first question asks for it.
    if (problem.code === "unauthorized") return;
    at("holding").replaceChildren(make("span", { class: "notice" }, say(waits ? "not_ready" : "failed")));
    if (waits) setTimeout(showHolding, 3000);
  }
}

function submit() {
  const typed = Object.fromEntries(["q", ...FILTERS].map((name) => [name, form.elements[name].value.trim()]));
  if (!typed.q) return;
  go(typed);
  toTop();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  // On a phone, leaving the box puts the keyboard away and the answer comes into sight.
  form.elements.q.blur();
  submit();
});
form.elements.q.addEventListener("input", () => { at("empty").hidden = !form.elements.q.value; });
at("empty").addEventListener("click", () => {
  form.elements.q.value = "";
  at("empty").hidden = true;
  form.elements.q.focus();
});
for (const name of FILTERS) form.elements[name].addEventListener("change", submit);
form.elements.region.addEventListener("click", (event) => {
  // Otherwise the places would show only after the second click.
  try { event.target.showPicker(); } catch { /* this browser shows them by itself */ }
});
at("clear").addEventListener("click", actions.unfilter);
at("brand").addEventListener("click", (event) => { event.preventDefault(); go({}); form.elements.q.focus(); });
at("language").addEventListener("click", () => {
  const wanted = language() === "en" ? "zh" : "en";
  remember("language", wanted);
  speak(wanted);
  dress();
  showHolding();
  render();
});
at("theme").addEventListener("click", () => {
  const { theme } = document.documentElement.dataset;
  const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  remember("theme", dark ? "light" : "dark");
});
addEventListener("keydown", (event) => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    form.elements.q.focus();
    form.elements.q.select();
  }
  if (event.key === "Escape" && !reader.hidden) closeReader();
});
addEventListener("popstate", (event) => returnTo(event.state));
addEventListener("pagehide", keepPlace);
offerSuggestions(form.elements.q, at("suggestions"), service.suggest, submit);

speak(new URLSearchParams(location.search).get("lang") ?? recall("language") ?? "zh");
dress();
showHolding();
returnTo(history.state);
// On a phone, focus would open the keyboard over the page.
if (!state().q && matchMedia("(pointer: fine)").matches) form.elements.q.focus();
