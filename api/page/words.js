// The words of the interface, in both languages.

const ZH = {
  brand: "医保问答搜索", title: "医保问答搜索", skip: "跳到结果", theme: "切换深色模式",
  headline: "医保、社保的事，直接问", lead: "用平常说话的方式提问，看到原文里的答案、出处和日期。",
  question: "你的问题", placeholder: "例如：断缴后余额能用吗", search: "搜索", filters: "筛选",
  region: "地区", since: "时间", kind: "类型", mode: "匹配", any: "不限", clear: "清除筛选",
  half_year: "近半年", one_year: "近一年", three_years: "近三年",
  body: "正文", table: "表格", teaser: "相关推荐",
  hybrid: "综合", dense: "按意思", keyword: "按字词",
  suggestions: "猜你想问", try: "试试问", results: "搜索结果", article: "原文", disclaimer: "内容摘自公开文章，办理以当地医保、社保部门的答复为准。",
  api: "接口文档", nationwide: "全国",
  searching: "正在搜索…", found: (n) => `找到 ${n} 条`, in_time: (ms) => `用时 ${ms} 毫秒`,
  answer: "答案", from: "出自", read: "查看原文", source_page: "来源网页",
  no_answer: "没有找到能回答这个问题的内容", no_answer_more: "下面是意思最接近的段落，可能只和问题有关，并不是答案。",
  nothing: "没有符合条件的内容", nothing_filtered: "当前的筛选条件下没有内容。放宽条件再试一次。",
  nothing_more: "换个说法，或者写得更具体一些。", remove_filters: "去掉全部筛选",
  nearest: "最接近的主题", choose_region: "各地规定不同，选一个地区：", differs: "不同说法", corrected: "已按这个问题搜索：",
  why: "为什么是这条", why_lead: "分数由这些部分相加而成：", why_dense: "意思相近", why_keyword: "字词相符",
  why_late: "逐词比对", effect_region: "地区", effect_date: "时效", effect_kind: "类型", rank: (n) => `单独排第 ${n}`, unranked: "单独未入围",
  matched: "命中的词", confidence: "把握", score: "相关度",
  reprints: (n) => `另有 ${n} 篇内容相同`, "label:expired": "已失效", "label:other region": "其他地区",
  applies: (y) => `${y} 年适用`, more: "更多结果", share: "复制链接", copied: "已复制", close: "关闭原文",
  published: "发布", effective: "施行", expires: "有效至", document_number: "文号", to_passage: "回到该段落", teasers: "相关推荐",
  only_keyword: "目前只能按字词匹配，意思相近但用词不同的内容可能找不到。",
  not_ready: "还没有可以搜索的内容", not_ready_more: "服务已启动，但索引尚未建好。建好后本页会自动恢复。", reason: "原因：",
  failed: "这次搜索没有成功", offline: "连不上服务，请检查网络后重试。", retry: "重试", request: "请求编号",
  holding: (a, p) => `现有 ${a} 篇文章，${p} 个段落`,
  announce: (n, answer) => `找到 ${n} 条结果。${answer}`,
  other_language: "EN", switch_language: "Switch to English",
};

const EN = {
  brand: "Yibao Search", title: "Yibao Search", skip: "Skip to results", theme: "Switch dark mode",
  headline: "Ask about Chinese health and social insurance", lead: "Ask the way you talk. See the answer in the original text, with source and date.",
  question: "Your question", placeholder: "For example: 断缴后余额能用吗", search: "Search", filters: "Filters",
  region: "Region", since: "Date", kind: "Kind", mode: "Match", any: "Any", clear: "Clear filters",
  half_year: "Past 6 months", one_year: "Past year", three_years: "Past 3 years",
  body: "Text", table: "Table", teaser: "Related", hybrid: "Both", dense: "By meaning", keyword: "By word",
  suggestions: "Suggestions", try: "Try", results: "Results", article: "Article", disclaimer: "Quoted from public articles. Your local insurance office has the last word.",
  api: "API", nationwide: "Nationwide",
  searching: "Searching…", found: (n) => `${n} ${n === 1 ? "result" : "results"}`, in_time: (ms) => `${ms} ms`,
  answer: "Answer", from: "From", read: "Read in place", source_page: "Source page",
  no_answer: "Nothing here answers that", no_answer_more: "These passages come closest. They may touch on the subject without answering it.",
  nothing: "Nothing matches", nothing_filtered: "There is nothing under these filters. Loosen them and try again.",
  nothing_more: "Try other words, or be more specific.", remove_filters: "Remove all filters",
  nearest: "Nearest topics", choose_region: "Rules differ by place. Choose a region:", differs: "Differing answers", corrected: "Searched for:",
  why: "Why this result", why_lead: "The score is the sum of these parts:", why_dense: "Similar meaning", why_keyword: "Matching words",
  why_late: "Word by word", effect_region: "Region", effect_date: "Date", effect_kind: "Kind", rank: (n) => `rank ${n} alone`, unranked: "not found alone",
  matched: "Matched words", confidence: "Confidence", score: "Relevance",
  reprints: (n) => `${n} more with the same text`, "label:expired": "No longer in force", "label:other region": "Other region",
  applies: (y) => `Applies to ${y}`, more: "More results", share: "Copy link", copied: "Copied", close: "Close article",
  published: "Published", effective: "In force from", expires: "Valid to", document_number: "Document", to_passage: "Back to the passage", teasers: "Related",
  only_keyword: "Only words are matched right now; text that says the same in other words may be missed.",
  not_ready: "Nothing to search yet", not_ready_more: "The service runs, but its index is not built. This page recovers by itself.", reason: "Reason: ",
  failed: "This search did not work", offline: "The service cannot be reached. Check the connection and try again.", retry: "Try again", request: "Request",
  holding: (a, p) => `${a} articles, ${p} passages`,
  announce: (n, answer) => `${n} results. ${answer}`,
  other_language: "中文", switch_language: "切换到中文",
};

let words = ZH;

export function say(name, ...values) {
  const word = words[name] ?? name;
  return typeof word === "function" ? word(...values) : word;
}

export function language() {
  return words === EN ? "en" : "zh";
}

// Put the words of the language into everything in the page that names one.
export function speak(wanted) {
  words = wanted === "en" ? EN : ZH;
  document.documentElement.lang = words === EN ? "en" : "zh-CN";
  document.title = say("title");
  for (const node of document.querySelectorAll("[data-words]")) node.textContent = say(node.dataset.words);
  for (const node of document.querySelectorAll("[data-words-label]")) node.ariaLabel = say(node.dataset.wordsLabel);
  for (const node of document.querySelectorAll("[data-words-placeholder]")) node.placeholder = say(node.dataset.wordsPlaceholder);
}
