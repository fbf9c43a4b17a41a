"""Own articles for what only a page can go wrong with: hostile markup, reprints, long passages, differing answers."""

import json
from pathlib import Path

#: Marks that would turn a line around, and markup that would run.
BIDI = "\u202e正反\u202c\u2066颠倒\u2069\u200f"
ATTACK = "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'><svg onload=window.hacked=1>"

_LONG = (
    "办理前先看清自己属于哪一类人。第一类是单位职工，由单位统一办，自己不用跑。"
    "第二类是在校学生，学校代收代办，毕业以后再说。第三类是没有工作的成年人，到社区登记。"
    "这三类人要交的材料不同，去的窗口也不同，最好先打一个电话问清楚再出门，免得白跑。"
    "窗口中午一般不休息，周六上午也开，人多的时候要取号排队，老人可以走绿色通道。"
    "新生儿参保登记要在出生后九十天内办完，超过时间就只能从缴费次月起享受待遇。"
    "办完以后会收到一条短信，里面写着参保的地方和开始享受待遇的时间，请留好备查，以后看病报销都用得着它。"
)

RECORDS = [
    {
        "title": "绵阳退保人员账户余额怎么办",
        "text": "退保之后，绵阳市参保人员的账户余额可以一次性提取，打到本人银行卡。",
        "source": "绵阳示例民生网",
        "published": "2025-02-01",
        "region": "绵阳",
        "url": "https://example.org/mianyang",
    },
    {
        "title": "德阳退保人员账户余额怎么办",
        "text": "退保之后，德阳市参保人员的账户余额不得提取，只能留在账户里看病用。",
        "source": "德阳示例民生网",
        "published": "2024-06-01",
        "region": "德阳",
        "url": "javascript:window.hacked=1",
    },
    {
        "title": "新生儿参保登记怎么办",
        "text": _LONG,
        "source": "示例社保课堂",
        "published": "2025-01-10",
    },
    {
        "title": "电动轮椅租借办法",
        "text": "租借电动轮椅要交押金三百元，归还时原数退回。本办法自2015年1月1日起施行，有效期三年。",
        "source": "示例服务中心",
        "published": "2014-12-20",
    },
    {
        "title": "电动轮椅租借的押金",
        "text": "租借电动轮椅要交押金三百元，归还时原数退回。本办法自2015年1月1日起施行，有效期三年。",
        "source": "示例转载网",
        "published": "2015-01-05",
    },
    {
        "title": f"陪护假{ATTACK}怎么请{BIDI}",
        "text": f"一、陪护假{ATTACK}有几天\n陪护假一般有十五天，{ATTACK}由单位批准{BIDI}。 javascript:window.hacked=1",
        "source": f"示例{ATTACK}网",
        "published": "2025-04-01",
        "url": "JaVaScRiPt:window.hacked=1",
    },
]


def write_page_corpus(folder: Path) -> None:
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS)
    (folder / "文章.jsonl").write_text(lines, encoding="utf-8")
