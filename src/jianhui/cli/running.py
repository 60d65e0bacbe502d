"""Running whole things: the demo, the simulated city, the clocks."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from jianhui.cli.context import context, parse_day
from jianhui.cli.talk import command, pick, put, put_table, say
from jianhui.core.errors import ExitCode, UsageError

Enterprises = Annotated[int, typer.Option("--enterprises", min=1, help="企业数 enterprises")]
Seed = Annotated[int, typer.Option("--seed", help="随机种子 seed")]


@command
def demo(enterprises: Enterprises = 2000, seed: Seed = 2014) -> None:
    """演示：模拟一座城市，跑一个季度 Simulate a city, run a dozen nights over a quarter, publish it."""
    from jianhui.stages import demo as demonstration

    result = demonstration.run(context().settings, enterprises, seed, progress=say)
    put(result.text(pick("zh", "en")))


simulate_app = typer.Typer(help="模拟城市 A simulated city", invoke_without_command=True)


@simulate_app.callback()
@command
def simulate(
    call: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", help="输出文件夹 folder")] = None,
    enterprises: Enterprises = 2000,
    start: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD")] = "2014-01-01",
    end: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD")] = "2014-04-10",
    seed: Seed = 2014,
    clean: Annotated[bool, typer.Option("--clean/--dirty", help="是否无脏数据 without dirt")] = True,
    plan: Annotated[bool, typer.Option("--plan/--no-plan", help="含工作要点各表 the plan's lists")] = True,
) -> None:
    """模拟城市 Agency feeds, one folder a day, and the truth beside them."""
    if call.invoked_subcommand is not None:
        return
    if out is None:
        raise UsageError(
            "no-folder", "没有指明输出文件夹。", "There is no folder to write to.", next_step="--out DIR"
        )
    from jianhui.simulate import simulate as make

    first, last = parse_day(start), parse_day(end)
    if first is None or last is None or first > last:
        raise UsageError(
            "bad_range", "起止日期颠倒。", "The range of days is empty.", next_step="--from … --to …"
        )
    city = make(out, enterprises=enterprises, start=first, end=last, seed=seed, clean=clean, plan=plan)
    say(
        f"{city.units} 家登记单位，{city.unions} 个工会组织，"
        f"{city.deliveries} 次报送，{city.truths} 份真值。",
        f"{city.units} registered units, {city.unions} unions, {city.deliveries} deliveries, "
        f"truth counted {city.truths} times.",
    )
    put(str(city.out))


@simulate_app.command("score")
@command
def simulate_score(
    city: Annotated[Path, typer.Option("--city", help="带脏数据的城市 folder of a dirty city")],
    home: Annotated[Path, typer.Option("--home", help="据此运行的数据目录 home its deliveries went to")],
    out: Annotated[Path | None, typer.Option("--out", help="明细文件夹 folder for the details")] = None,
) -> ExitCode:
    """逐数核对当前发布，差异追溯到每处脏数据 Hold the current release against the city, figure by figure."""
    from jianhui.settings import load
    from jianhui.stages import scoring

    settings = load({**os.environ, "JIANHUI_HOME": str(home)})
    found = scoring.score_release(settings, city)
    put_table([one.as_row() for one in found.classes], scoring.CLASS_COLUMNS)
    put(found.summary(pick("zh", "en")))
    if out is not None:
        found.write(out)
    plan = scoring.score_plan_release(settings, city)
    if plan.rows:
        put(plan.summary(pick("zh", "en")))
    is_bug = found.unexplained or found.untraced or plan.unexplained
    return ExitCode.BUG if is_bug else ExitCode.DONE


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
