// The words of the interface, in both languages.

const ZH = {
  brand: "医保问答搜索", title: "医保问答搜索", skip: "跳到结果", theme: "切换深色模式",
  headline: "医保、社保的事，直接问", lead: "用平常说话的方式提问，看到原文里的答案、出处和日期。",
  question: "你的问题", placeholder: "例如：断缴后余额能用吗", search: "搜索", filters: "筛选", empty: "清空",
  region: "地区", since: "时间", kind: "类型", mode: "匹配", any: "不限", clear: "清除筛选",
  half_year: "近半年", one_year: "近一年", three_years: "近三年",
  body: "正文", table: "表格", teaser: "相关推荐",
  hybrid: "综合", dense: "按意思", keyword: "按字词",
  suggestions: "猜你想问", try: "大家常问", results: "搜索结果", article: "原文",
  disclaimer: "内容摘自公开文章，办理以当地医保、社保部门的答复为准。", api: "接口文档", nationwide: "全国",
  found: (n) => `共 ${n} 条`, first: (n) => `前 ${n} 条`, in_time: (ms) => `${ms} 毫秒`,
  answer: "答案", from: "出自", read: "查看原文", read_place: "在原文中查看", source_page: "来源网页",
  sure: "很有把握", rather_sure: "较有把握", compare: "请对照原文",
  no_answer: "没有找到能回答这个问题的内容", no_answer_more: "下面是意思最接近的段落，可能只和问题有关，并不是答案。",
  nothing: "没有符合条件的内容", nothing_filtered: "当前的筛选条件下没有内容。放宽条件再试一次。",
  nothing_more: "换个说法，或者写得更具体一些。", remove_filters: "去掉全部筛选",
  nearest: "最接近的主题", choose_region: "各地规定不同，选一个地区", differs: "各处说法不一，放在一起看", about_permission: "能不能办", about_money: "金额", about_share: "比例", about_multiple: "倍数",
  about_time: "时间", "about_working time": "时间", about_age: "年龄", about_count: "次数", about_people: "人数",
  corrected: "已按这个问题搜索：", also_answered: "这些文章还回答",
  why: "为什么是它", why_lead: "相关度由下面几项相加：", why_dense: "意思相近", why_keyword: "字词相符",
  why_late: "逐词比对", effect_region: "地区", effect_date: "时效", effect_kind: "类型", effect_amount: "数目", effect_reranker: "重读",
  rank: (n) => `单看这项第 ${n}`, unranked: "单看这项未入围", matched: "对上的词",
  helpful: "有帮助", unhelpful: "没帮助", opinion: "这条有帮助吗",
  thanks: "谢谢，已记下", not_kept: "没能记下，请稍后再试",
  reprints: (n) => `另有 ${n} 篇转载`, "label:expired": "已失效", "label:other region": "其他地区",
  applies: (y) => `${y} 年适用`, more: "更多结果", share: "复制链接", copied: "已复制", close: "关闭原文",
  published: "发布", effective: "施行", expires: "有效至", document_number: "文号",
  to_passage: "到找到的段落", passage: "找到的段落", teasers: "本页的相关推荐",
  teasers_more: "网页上推荐其他文章的摘要，不是这篇文章的内容。",
  is_teaser: "找到的是这一页“相关推荐”里另一篇文章的摘要，在正文之后，已经标出。",
  only_keyword: "目前只能按字词匹配，意思相近但用词不同的内容可能找不到。", incomplete: "这次搜索没有完全照要求进行。", details: "详细",
  not_ready: "还没有可以搜索的内容", not_ready_more: "服务已启动，但索引尚未建好。建好后本页会自动恢复。",
  refused: "这样的条件没法搜索", refused_more: "筛选里有一个写法不认识，例如地区名写错了，或日期不存在。",
  needs_key: "这个服务要密钥才能用", needs_key_more: "请输入管理员给的密钥。它只在这个标签页打开时记着。", key: "密钥", go_on: "继续",
  busy: "现在问的人太多", busy_more: "等几秒再试。",
  failed: "这次搜索没有成功", failed_more: "问题出在服务这边，稍等再试。", offline: "连不上服务，请检查网络后重试。",
  retry: "重试", request: "请求编号",
  holding: (a, p) => `收录 ${a} 篇文章，${p} 个段落`,
  announce: (n, answer) => `找到 ${n} 条结果。${answer}`,
  other_language: "EN", switch_language: "Switch to English",
};

const EN = {
  brand: "Yibao Search", title: "Yibao Search", skip: "Skip to results", theme: "Switch dark mode",
  headline: "Ask about Chinese health and social insurance", lead: "Ask in everyday Chinese. See the answer in the original text, with source and date.",
  question: "Your question", placeholder: "For example: 断缴后余额能用吗", search: "Search", filters: "Filters", empty: "Clear",
  region: "Region", since: "Date", kind: "Kind", mode: "Match", any: "Any", clear: "Clear filters",
  half_year: "Past 6 months", one_year: "Past year", three_years: "Past 3 years",
  body: "Text", table: "Table", teaser: "Related box", hybrid: "Both", dense: "By meaning", keyword: "By word",
  suggestions: "Suggestions", try: "Often asked", results: "Results", article: "Article",
  disclaimer: "Quoted from public articles. Your local insurance office has the last word.", api: "API", nationwide: "Nationwide",
  found: (n) => `${n} ${n === 1 ? "result" : "results"}`, first: (n) => `First ${n}`, in_time: (ms) => `${ms} ms`,
  answer: "Answer", from: "From", read: "Read", read_place: "Read in place", source_page: "Source page",
  sure: "Confident", rather_sure: "Fairly confident", compare: "Compare with the source",
  no_answer: "Nothing here answers that", no_answer_more: "These passages come closest. They may touch on the subject without answering it.",
  nothing: "Nothing matches", nothing_filtered: "There is nothing under these filters. Loosen them and try again.",
  nothing_more: "Try other words, or be more specific.", remove_filters: "Remove all filters",
  nearest: "Nearest topics", choose_region: "Rules differ by place. Choose a region", differs: "Sources differ. Compare them", about_permission: "Allowed or not", about_money: "Amount", about_share: "Share", about_multiple: "Multiple",
  about_time: "Time", "about_working time": "Time", about_age: "Age", about_count: "Number of times", about_people: "Number of people",
  corrected: "Searched for:", also_answered: "These articles also answer",
  why: "Why this?", why_lead: "Relevance is the sum of these:", why_dense: "Meaning", why_keyword: "Words",
  why_late: "Word by word", effect_region: "Region", effect_date: "Date", effect_kind: "Kind", effect_amount: "Figures", effect_reranker: "Second reading",
  rank: (n) => `no. ${n} by this alone`, unranked: "not found by this alone", matched: "Words that met",
  helpful: "Helpful", unhelpful: "Not helpful", opinion: "Was this helpful?",
  thanks: "Thank you, noted", not_kept: "Could not be noted, try again later",
  reprints: (n) => `${n} ${n === 1 ? "reprint" : "reprints"}`, "label:expired": "No longer in force", "label:other region": "Other region",
  applies: (y) => `Applies to ${y}`, more: "More results", share: "Copy link", copied: "Copied", close: "Close article",
  published: "Published", effective: "In force from", expires: "Valid to", document_number: "Document",
  to_passage: "To the passage", passage: "The passage found", teasers: "Related boxes on this page",
  teasers_more: "Summaries of other articles that the page recommends, not part of this one.",
  is_teaser: "What was found is the summary of another article, in a related box of this page. It is marked below the text.",
  only_keyword: "Only words are matched right now; text that says the same in other words may be missed.", incomplete: "This search did not run quite as asked.", details: "Details",
  not_ready: "Nothing to search yet", not_ready_more: "The service runs, but its index is not built. This page recovers by itself.",
  refused: "That cannot be searched for", refused_more: "One of the filters is not understood, such as a misspelt region or a date that does not exist.",
  needs_key: "This service asks for a key", needs_key_more: "Enter the key that its operator gave you. It is remembered while this tab is open.", key: "Key", go_on: "Go on",
  busy: "Too many questions right now", busy_more: "Try again in a few seconds.",
  failed: "This search did not work", failed_more: "The fault is on our side. Try again in a moment.", offline: "The service cannot be reached. Check the connection and try again.",
  retry: "Try again", request: "Request",
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
