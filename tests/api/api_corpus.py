"""Own articles in the scraped form, and the real service around their index."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import uvicorn
from click.testing import CliRunner, Result
from starlette.types import ASGIApp

from api.app import create_app
from api.cli.commands import main, rebuild_index_main
from api.server import options as serving_options
from api.settings import Settings

QUESTION = "断缴后余额能用吗"

ARTICLES = {
    "停保之后的账户.txt": """停保之后，医保账户里的钱怎么办

来源：示例社保课堂 发布时间：2025-03-02

离职停保以后，很多人担心账户里攒下的钱。

一、断缴以后余额能不能用

断缴之后，个人账户里剩下的余额仍然可以使用，不会被清零，到定点药店买药、在门诊刷卡都行。

二、断缴以后还能报销吗

停保的次月起，统筹基金不再报销住院和门诊费用，补缴之后才会恢复。

相关推荐

换了工作医保要不要转

新单位参保以后，原来的缴费年限可以合并计算，个人账户的钱也会跟着走……

示例健康网 2025-01-15
""",
    "异地就医备案.txt": """去外省看病，备案分几步

来源：示例社保课堂 发布时间：2024-05-20

长期住在外省的人，先备案再住院，结算时就不用自己垫钱。

一、备案需要什么材料

准备好身份证和居住证，在手机上选参保地和就医地，上传照片后提交，一般当天就能办好。

二、备案以后多久有效

长期居住的备案一直有效，临时外出的备案有效期为六个月。
""",
    "绵阳灵活就业.txt": """绵阳市灵活就业人员医保缴费指南

来源：绵阳示例民生网 发布时间：2025-02-11

绵阳市灵活就业人员每月按档次缴纳医疗保险费，第一档每月缴纳三百八十六元。

一、在哪里缴费

绵阳的灵活就业人员可以在税务公众号上按月缴费，也可以到社区窗口办理。
""",
    "德阳灵活就业.txt": """德阳市灵活就业人员医保缴费指南

来源：德阳示例民生网 发布时间：2023-02-11

德阳市灵活就业人员每月按档次缴纳医疗保险费，第一档每月缴纳三百五十二元。

一、在哪里缴费

德阳的灵活就业人员可以在银行柜台按月缴费，也可以在手机银行办理。
""",
    "门诊报销表.txt": """门诊报销比例一览

来源：示例社保课堂 发布时间：2025-06-01

不同等级的医院，门诊报销的比例不一样。

门诊报销比例表

医院等级
在职职工
退休人员
一级医院
70%
75%
二级医院
60%
65%
三级医院
50%
55%

比例按医保目录内的费用计算。
""",
    "带脚本的页面.txt": """生育津贴怎么领 <script>document.title='hacked'</script>

来源：示例<img src=x onerror="document.title='hacked'">网 发布时间：2025-04-01

生育津贴由单位申请，按产假天数发放。
<b onclick="document.title='hacked'">点这里</b> javascript:alert(1) 生育津贴\u202e领取说明\u202c到此为止。

一、生育津贴发多少

生育津贴按单位上年度月平均工资除以三十再乘以产假天数计发。
""",
}


def run_cli(*arguments: str, **options: object) -> Result:
    """Run `yibao` in this process."""
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False, **options)  # type: ignore[arg-type]


def build_index(corpus: Path, index: Path) -> None:
    done = CliRunner().invoke(
        rebuild_index_main, ["--corpus", str(corpus), "--index", str(index)], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The real service in a thread; yields its address."""
    with running(create_app(settings)) as address:
        yield address


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """Any ASGI application in a thread, on a free port; yields its address."""
    port = free_port()
    served = serving_options(Settings()) | {"port": port, "log_config": None}
    server = uvicorn.Server(uvicorn.Config(app, **served))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_for(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


class Asked(NamedTuple):
    """What callers have got so far: the status of each search, and the builds that answered."""

    statuses: list[int]
    builds: set[str]


@contextmanager
def asking(address: str, callers: int) -> Iterator[Asked]:
    """Callers that ask without a pause as long as the block runs."""
    asked = Asked([], set())
    stop = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=address, timeout=20) as session:
            while not stop.is_set():
                asked.statuses.append(session.get("/search", params={"q": QUESTION}).status_code)
                asked.builds.add(session.get("/stats").json()["build"])

    threads = [threading.Thread(target=ask) for _ in range(callers)]
    for thread in threads:
        thread.start()
    try:
        yield asked
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)
