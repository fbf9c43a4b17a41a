// Why a result stands where it does: the parts of its score, and the words that met.

import { disclosure } from "./disclosure.js";
import { make } from "./text.js";
import { say } from "./words.js";

// { button, panel }
export function why(result) {
  return disclosure(say("why"), `why-${result.id}`, "why", parts(result));
}

function parts({ score, why: { dense, keyword, late_interaction: late, effects, matched } }) {
  const largest = Math.max(score, ...[dense.share, keyword.share, late.share, ...Object.values(effects)].map(Math.abs), 0.01);
  const part = (name, value, note) => {
    const bar = make("i");
    // Set from here because the policy allows no style attributes.
    bar.style.inlineSize = `${(Math.abs(value) / largest) * 100}%`;
    return make("div", { class: value < 0 ? "part taken" : "part" },
      make("dt", {}, name),
      make("dd", {}, make("span", { class: "track", "aria-hidden": "true" }, bar),
        make("b", {}, signed(value)), make("small", {}, note ?? "")));
  };
  const ranked = (leg) => (leg.rank ? say("rank", leg.rank) : say("unranked"));
  return [
    make("p", {}, `${say("why_lead")} `, make("b", {}, score.toFixed(2))),
    make("dl", {},
      part(say("why_dense"), dense.share, ranked(dense)),
      part(say("why_keyword"), keyword.share, ranked(keyword)),
      late.share ? part(say("why_late"), late.share) : null,
      Object.entries(effects).filter(([, value]) => value).map(([name, value]) => part(say(`effect_${name}`), value))),
    matched.length > 0 && make("p", { class: "matched" }, `${say("matched")} `,
      matched.map((word) => make("span", { class: "badge", lang: "zh-CN" }, word))),
  ];
}

function signed(value) {
  return `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
}
