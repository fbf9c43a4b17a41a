"""Lines of a page that are not the article: disclaimers, tools, site statements, editorial filler.

Every rule has a name, which travels with the dropped line so that a reader of `inspect` sees why it went.
"""

import re

from ..sentences import iterate_sentences, sentences

#: No rule is meant for longer lines.
_LONGEST_LINE = 300
#: A sentence that says more than that it disclaims is longer.
_LONGEST_SENTENCE = 80

_ADVICE_LABEL = re.compile(
    r"^[【\[(（*※]*(?:温馨|友情|特别|重要|风险|安全|健康|小编)?(?:提示|提醒|说明)[】\])）]?\s*[:：]\s*"
)
_STATEMENT_LABEL = re.compile(
    r"^[【\[(（*※]*\S{0,12}?(?:声明|免责|免责条款|版权说明|版权信息)[】\])）]?\s*[:：]\s*"
)

# What a sentence says when it disclaims. The first list is plain enough to stand without a label.
_PLAIN_DISCLAIMERS = (
    r"仅供.{0,6}参考|(?:只|仅)(?:作|为|供).{0,6}(?:参考|学习|交流|分享)",
    r"不(?:能|可|得|应)?(?:够|以)?(?:代替|替代|取代).{0,8}(?:面诊|诊断|诊疗|诊治|医嘱|医生|就医|专业)",
    r"(?:内容|信息|资料|文章|数据|文字|观点|以上|本(?:文|站|页|网)).{0,20}不(?:能|可|得|应)?(?:作为|构成|代表).{0,12}(?:依据|建议|意见|观点|立场|承诺)",
    r"如有不适.{0,8}就医",
    r"(?:来源于|来自|转载自|摘自|整理自|采集自|源于|来自于).{0,6}(?:网络|互联网|公开)",
    r"版权.{0,4}归.{0,10}(?:所有|作者)|如有侵权|涉及侵权|侵权.{0,8}(?:删除|联系|告知)",
    r"转载.{0,6}(?:请)?注明|未经.{0,10}(?:授权|许可|同意).{0,10}(?:转载|摘编)",
    r"(?:本站|本网|本平台|小编).{0,30}(?:无关|不承担|不负|不保证|存储空间|整理发布)",
    r"(?:与本(?:站|网)|本(?:站|网))无关",
)
# The second list also occurs in honest sentences; it counts only after a label that announces a disclaimer.
_LABELLED_DISCLAIMERS = (
    r"遵(?:从)?医嘱",
    r"以.{0,20}为准|为准$",
    r"(?:作者|个人|原作者).{0,6}(?:观点|意见)",
    r"不(?:承担|负).{0,14}责任",
    r"(?:联系|告知|通知).{0,8}(?:我们|本站|本网)",
    r"(?:及时|尽快|前往|到).{0,6}(?:就医|就诊)",
    r"(?:因人|因地|各地|各市|各省|地区).{0,8}(?:而异|差异|差别|不同|不一)",
    r"(?:咨询|询问|先问|核实|查询?).{0,12}(?:当地|参保地|部门|机构|窗口|官方|公众号)",
)
_PLAIN = re.compile("|".join(_PLAIN_DISCLAIMERS))
_LABELLED = re.compile("|".join((*_PLAIN_DISCLAIMERS, *_LABELLED_DISCLAIMERS)))
_STATEMENT = re.compile(
    "|".join((*_PLAIN_DISCLAIMERS, *_LABELLED_DISCLAIMERS, r"投诉|举报|删除|侵权|版权|转载|本(?:站|网)"))
)
# A figure is information: "逾期有3个月等待期, 具体以当地政策为准" is not thrown away.
_FIGURE = re.compile(r"\d+(?:\.\d+)?\s*(?:%|元|万|年|个?月|日|天|周岁|岁|小时|倍|折|人|次|档)")

_WEAK_TOOL = (
    r"微信|微博|QQ|评论|赞|踩|A[+-]|大|中|小|默认|朗读|更多|首页|\d"
    r"|[\s|｜丨/·:：>》<《»›\[\]【】()（）,，、+-]"
)
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("separator", re.compile(r"[\W_]{4,}")),
    (
        "page tools",
        # Words that also name content (微信, 大, a figure) count only beside one that does not.
        re.compile(
            rf"(?:{_WEAK_TOOL})*+(?:"
            r"(?:分享(?:到|至)?|收藏(?:本文|本页)?|打印(?:本页|本文)?|关闭(?:窗口|本页)?|返回(?:顶部|首页|列表|上一页|上级)"
            r"|点赞|复制链接|(?:我要)?(?:纠错|投诉|举报|反馈|留言)|我要评论|内容纠错|朋友圈|QQ空间|QQ好友|字号|字体"
            r"|展开(?:全文|更多|全部)|收起(?:全文)?|(?:查看|点击查看|加载|阅读)(?:更多|全文|原文)|换一换"
            r"|点击(?:展开|加载)(?:更多|全文)?|手机版|电脑版)"
            rf"(?:{_WEAK_TOOL})*+)++"
        ),
    ),
    (
        "neighbour articles",
        re.compile(r"(?:上|下|前|后)一(?:篇|条|页|则|章)(?:文章)?\s*(?:[:：>»].*|没有了)?"),
    ),
    (
        "breadcrumb",
        re.compile(r"(?:您?(?:现在|当前|所在)?的?(?:所在)?位置|当前位置|当前栏目)\s*[:：>》].{0,80}|首页\s*[>»›/|》-].{0,80}|.{1,20}(?:\s*[>»›]\s*.{1,20}){1,5}[>»›]\s*正文"),
    ),
    (
        "follow us",
        re.compile(
            r".*(?:微信扫一扫|长按.{0,8}(?:识别|二维码)|扫(?:一扫|码|描).{0,14}(?:二维码|关注|下载|加入|咨询|在手机)"
            r"|对话框.{0,8}回复|回复.{0,3}[【“\"\[「].{1,12}[】”\"\]」].{0,24}(?:获取|可查|可获|领取|查看|查询|即可)"
            r"|(?:关注|点击)(?:下方|上方|我们|本站|本号|蓝字)).*"
        ),
    ),
    (
        "byline",
        re.compile(r"[(（\[【]?(?:(?:责任编辑|责编|编辑|作者|撰稿|供稿|排版|校对|[一二三初复终]审)\s*[:：].{1,24}|(?:文|图|来源|文字|图文)\s*[/|｜丨]\s*.{1,20})[)）\]】]?"),
    ),
    (
        "registration",
        re.compile(
            r".*(?:ICP备|公网安备|Copyright|All Rights? Reserved|网站标识码|版权所有|^备案号|©).*"
            r"|(?:技术支持|主办单位|承办单位|主办|承办)\s*[:：].{2,40}|关于我们.{0,60}联系.{0,40}",
            re.IGNORECASE,
        ),
    ),
    (
        "tags",
        re.compile(
            r"(?:标签|关键词|关键字|热词|热搜|热门搜索|搜索热词|话题|tags?|keywords?)\s*[:：].{0,100}",
            re.IGNORECASE,
        ),
    ),
    (
        "counter",
        re.compile(
            r"(?:阅读|浏览|点击|访问|评论|热度)(?:次数|量|数)?\s*[:：]?\s*\d+\s*(?:次|人|条)?"
            r"|\d+\s*(?:次|人|条)?\s*(?:阅读|浏览|评论|点赞|收藏)"
        ),
    ),
    ("advertisement", re.compile(r"(?:广告|推广|赞助|AD)", re.IGNORECASE)),
    ("end mark", re.compile(r"[-—(（【\s]*(?:完|全文完|正文完|END|the end)[-—)）】\s]*", re.IGNORECASE)),
    (
        "image",
        re.compile(
            r"[(（\[【]?(?:图片|配图|图|图源|图片来源|图片说明)(?:\s*[:：].{0,30})?[)）\]】]?"
            r"|点击.{0,4}(?:查看|放大|看).{0,4}(?:大图|原图|图片)"
        ),
    ),
)  # fmt: skip
#: What a line must hold to fulfil a rule that takes long to try.
_NEEDED = {
    "breadcrumb": re.compile("[置目页正]"),
    "follow us": re.compile("[扫按复注击]"),
    "registration": re.compile("[备权©码技办于CcAa]"),
}
_CHECKED = tuple((name, _NEEDED.get(name), pattern) for name, pattern in _RULES)
_TOOLS = ("投诉", "举报", "纠错", "反馈", "收藏", "分享")
_TRAILING_TOOL = re.compile(rf"(?<=[。！!])\s*(?:我要纠错|{'|'.join(_TOOLS)})$")

_FILLER_SENTENCE = re.compile(
    r"小编|(?:本文|本篇|这篇文章|下文|今天|接下来|下面|以下)(?:就|将|会|我们|为|给|带|来|随|跟|一起|结合|从|详细|和|对).{0,40}"
    r"(?:介绍|解读|解析|了解|看看|讲解|说说|聊聊|整理|梳理|分享|科普|解答|盘点|分析)"
    r"|^(?:随着|近年来|如今|目前|最近).{2,40}(?:关注|热点|热议|热门话题|焦点|越来越.{1,12}|关心|话题)[。！!]?$"
    r"|(?:不少|很多|许多)(?:人|朋友|网友|参保人).{0,14}(?:不清楚|不知道|不了解|疑惑|疑问|关心|想知道|困惑)|越来越(?:多|受)"
    r"|^(?:希望|但愿).{0,12}(?:帮助|有用|帮到)|(?:一起|来)(?:看看|了解|看一下|了解一下)(?:吧|详情)"
)
_HOST = re.compile(
    r"小编.{0,16}(?:了解|看看|来看|介绍|整理|一起|解答|分享|带来)|(?:一起|一块).{0,6}(?:来)?(?:看看|了解).{0,4}吧[。！!]?$"
)
_CLOSING_SENTENCE = re.compile(
    r"^(?:以上|上述)(?:就是|内容|信息|为|即|是).{0,60}(?:全部内容|介绍|整理|综合|参考|为准|帮助|解答)"
    r"|(?:如|若|如果|有).{0,14}(?:疑问|疑义|需要|问题|确认|了解|变动|不明).{0,12}(?:咨询|联系|拨打|查询|关注|致电)"
    r"|^(?:建议|请|可).{0,20}(?:咨询|联系|拨打|关注|查询).{0,24}(?:部门|机构|热线|网站|公告|官网|通知|政策)"
    r"|^(?:建议|请).{0,16}(?:遵守|按照|按|依照|根据).{0,10}(?:规定|政策|要求|流程).{0,24}(?:办理|操作|执行|使用)"
    r"|(?:具体|最终|详情).{0,20}以.{0,24}为准|希望.{0,16}(?:帮助|有用)"
)  # fmt: skip


def furniture_rule(text: str) -> str | None:
    """The name of the rule by which a stripped line is no part of the article; None if it may be content."""
    if len(text) > _LONGEST_LINE:
        return None
    if _is_disclaimer(text):
        return "disclaimer"
    for name, needed, pattern in _CHECKED:
        if (needed is None or needed.search(text)) and pattern.fullmatch(text):
            return name
    return None


def is_symbol(text: str) -> bool:
    """Whether a line is nothing but a few symbols: a stray bar, or a table's cell that says "none"."""
    return len(text) <= 3 and not any(character.isalnum() for character in text)


def is_filler(text: str) -> bool:
    """Whether a paragraph only announces what the article will say ("下面随小编一起了解")."""
    return len(text) <= _LONGEST_LINE and _says_only(text, _FILLER_SENTENCE)


def is_closing(text: str) -> bool:
    """Whether an article's last paragraph only sends the reader elsewhere ("如有疑问请咨询…")."""
    return len(text) <= _LONGEST_LINE and _says_only(text, _CLOSING_SENTENCE)


def split_hosting(text: str) -> tuple[str, str]:
    """Parts a paragraph from a last sentence in which the editor addresses the reader, or from ""."""
    if "小编" not in text and "吧" not in text[-8:]:
        return text, ""
    parts = sentences(text)
    if len(parts) > 1 and len(parts[-1]) <= 60 and _HOST.search(parts[-1]) and not _FIGURE.search(parts[-1]):
        return text[: text.rindex(parts[-1])].rstrip(), parts[-1]
    return text, ""


def _is_disclaimer(text: str) -> bool:
    if text.endswith(_TOOLS):
        text = _TRAILING_TOOL.sub("", text)
    if label := _STATEMENT_LABEL.match(text):
        return bool(_STATEMENT.search(text, label.end()))
    label = _ADVICE_LABEL.match(text)
    return _says_only(text[label.end() :], _LABELLED) if label else _says_only(text, _PLAIN)


def _says_only(text: str, pattern: re.Pattern[str]) -> bool:
    """Whether there are sentences, and each of them says this."""
    said = False
    for part in iterate_sentences(text):
        if not _says(part, pattern):
            return False
        said = True
    return said


def _says(sentence: str, pattern: re.Pattern[str]) -> bool:
    """Whether a sentence says this and, being short and without figures, hardly anything else."""
    return (
        len(sentence) <= _LONGEST_SENTENCE and bool(pattern.search(sentence)) and not _FIGURE.search(sentence)
    )
