// What is asked, as the URL says it: addresses can be shared, kept and gone back to.

export const FILTERS = ["region", "since", "kind", "mode"];
export const PAGE_SIZE = 10;
export const MOST = 100; // results, as the service allows

// { q, region, since, kind, mode, k, article, passage }
export function state() {
  const given = new URLSearchParams(location.search);
  const k = Number.parseInt(given.get("k"), 10);
  return {
    q: given.get("q") ?? "", region: given.get("region") ?? "", since: given.get("since") ?? "",
    kind: given.get("kind") ?? "", mode: given.get("mode") ?? "hybrid", k: Number.isNaN(k) ? PAGE_SIZE : k,
    article: given.get("article"), passage: given.get("passage"),
  };
}

export function address(asked) {
  const query = new URLSearchParams();
  for (const name of ["q", "region", "since", "kind", "article", "passage"]) if (asked[name]) query.set(name, asked[name]);
  if (asked.mode && asked.mode !== "hybrid") query.set("mode", asked.mode);
  if (asked.k && asked.k !== PAGE_SIZE) query.set("k", asked.k);
  const text = query.toString();
  return text ? `/?${text}` : "/";
}

export function isFiltered(asked) {
  return Boolean(asked.region || asked.since || asked.kind || asked.mode !== "hybrid");
}
