// A button that opens a panel elsewhere in the page, which <details> cannot.

import { make } from "./text.js";

// { button, panel }
export function disclosure(label, id, kind, ...content) {
  const panel = make("div", { class: `panel ${kind}`, id, hidden: true }, ...content);
  const button = make("button", { type: "button", class: "quiet-link discloses", "aria-expanded": "false", "aria-controls": id }, label);
  button.addEventListener("click", () => {
    panel.hidden = !panel.hidden;
    button.ariaExpanded = String(!panel.hidden);
  });
  return { button, panel };
}
