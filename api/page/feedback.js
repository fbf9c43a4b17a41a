// "Was this helpful?": two buttons that become a word of thanks.

import * as service from "./service.js";
import { icon, make } from "./text.js";
import { say } from "./words.js";

// passageId is null for the answer as a whole; without words the buttons are icons with a label.
export function feedback(question, passageId, words = false) {
  const place = make("span", { class: "feedback", role: "group", "aria-label": say("opinion") });
  const send = async (helpful) => {
    let outcome = "thanks";
    try {
      await service.sendFeedback({ question, helpful, passage_id: passageId });
    } catch {
      outcome = "not_kept";
    }
    place.replaceChildren(make("span", { role: "status", tabindex: "-1" }, say(outcome)));
    place.firstChild.focus(); // the button that had the focus is gone
  };
  const button = (helpful, picture) => {
    const name = say(helpful ? "helpful" : "unhelpful");
    return make("button", { type: "button", class: "thumb", "aria-label": words ? null : name, title: words ? null : name, onclick: () => send(helpful) },
      icon(picture), words && name);
  };
  place.append(button(true, "up"), button(false, "down"));
  return place;
}
