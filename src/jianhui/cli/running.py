"""Running whole things: the demo, the simulated city, the clocks."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from jianhui.cli.context import context, parse_day
from jianhui.cli.talk import command, pick, put, say
from jianhui.core.errors import UsageError

Enterprises = Annotated[int, typer.Option("--enterprises", min=1, help="企业数 enterprises")]
Seed = Annotated[int, typer.Option("--seed", help="随机种子 seed")]


@command
def demo(enterprises: Enterprises = 2000, seed: Seed = 2014) -> None:
    """演示：模拟一座城市，跑一个季度 Simulate a city, run a dozen nights over a quarter, publish it."""
    from jianhui.stages import demo as demonstration

    result = demonstration.run(context().settings, enterprises, seed, progress=say)
    put(result.text(pick("zh", "en")))


@command
def simulate(
    out: Annotated[Path, typer.Option("--out", help="输出文件夹 folder")],
    enterprises: Enterprises = 2000,
    start: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD")] = "2014-01-01",
    end: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD")] = "2014-04-10",
    seed: Seed = 2014,
    clean: Annotated[bool, typer.Option("--clean/--dirty", help="是否无脏数据 without dirt")] = True,
) -> None:
    """模拟城市 Agency feeds, one folder a day, and the truth beside them."""
    from jianhui.simulate import simulate as make

    first, last = parse_day(start), parse_day(end)
    if first is None or last is None or first > last:
        raise UsageError(
            "bad-range", "起止日期颠倒。", "The range of days is empty.", next_step="--from … --to …"
        )
    city = make(out, enterprises=enterprises, start=first, end=last, seed=seed, clean=clean)
    put(str(city))


@command
def schedule(
    port: Annotated[int, typer.Option("--port", help="页面端口 port of the pages")] = 4200,
) -> None:
    """按时运行每夜与每季任务 Serve the nightly and quarterly flows on their clocks."""
    from jianhui.settings import INSTALLATION

    sys.path.insert(0, str(INSTALLATION))
    from flows.schedule import serve

    say(
        f"调度页面在 http://127.0.0.1:{port}，按 Ctrl-C 结束。",
        f"Pages at http://127.0.0.1:{port}; Ctrl-C ends.",
    )
    serve(context().settings, port)
