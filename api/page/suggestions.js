// Completions under the search box: a combobox whose list the arrow keys walk through.

import { make } from "./text.js";

// ask(typed, signal) promises a list of texts; choose() is called when one has been put into the input.
export function offerSuggestions(input, list, ask, choose) {
  let asked = null;
  let composing = false;
  let typed = "";

  const options = () => [...list.children];
  const selected = () => options().findIndex((option) => option.ariaSelected === "true");

  function close() {
    asked?.abort();
    list.hidden = true;
    input.ariaExpanded = "false";
    input.removeAttribute("aria-activedescendant");
  }

  function select(place) {
    options().forEach((option, at) => { option.ariaSelected = String(at === place); });
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", options()[place].id);
    input.value = place < 0 ? typed : options()[place].dataset.text;
  }

  function show(texts) {
    list.replaceChildren(...texts.map((text, place) =>
      make("li", { id: `suggestion-${place}`, role: "option", "aria-selected": "false", "data-text": text }, emphasised(text, typed))));
    list.hidden = texts.length === 0;
    input.ariaExpanded = String(texts.length > 0);
  }

  async function suggest() {
    asked?.abort();
    typed = input.value.trim();
    if (!typed || composing) return close();
    const controller = new AbortController();
    asked = controller;
    try {
      const texts = await ask(typed, controller.signal);
      if (asked === controller && document.activeElement === input) show(texts.filter((text) => text !== typed));
    } catch {
      // Suggestions are a help, not a need: without them the box works as before.
      if (asked === controller) close();
    }
  }

  input.addEventListener("input", suggest);
  // While a Chinese input method composes, what stands in the box is not yet what is meant.
  input.addEventListener("compositionstart", () => { composing = true; });
  input.addEventListener("compositionend", () => { composing = false; suggest(); });
  input.addEventListener("blur", close);
  input.form.addEventListener("submit", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const count = options().length + 1;
      select(((selected() + 1 + step + count) % count) - 1);
    }
    if (event.key === "Escape") {
      event.stopPropagation();
      select(-1);
      close();
    }
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("li");
    event.preventDefault();
    if (!option) return;
    input.value = option.dataset.text;
    close();
    input.blur();
    choose();
  });
}

// What was not typed stands out: that is what the visitor chooses by.
function emphasised(text, typed) {
  const at = text.toLowerCase().indexOf(typed.toLowerCase());
  if (at < 0) return text;
  return [make("b", {}, text.slice(0, at)), text.slice(at, at + typed.length), make("b", {}, text.slice(at + typed.length))];
}
