"""Both flows on their clocks, with the orchestrator's pages in a browser.

``serve(settings, port)`` starts a local server unless ``PREFECT_API_URL`` names one, and then waits for
the clocks: the night at 02:00, the quarter at 04:00 on the 11th after it, Asia/Shanghai.
"""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jianhui.core.errors import JianhuiError
from jianhui.settings import Settings

NIGHTLY_CRON = "0 2 * * *"
QUARTERLY_CRON = "0 4 11 1,4,7,10 *"
TIMEZONE = "Asia/Shanghai"
SERVER_START_SECONDS = 120


def prepare_environment(settings: Settings) -> None:
    """Keep the orchestrator's state under the home and its telemetry off; call before importing it."""
    os.environ.setdefault("PREFECT_HOME", str(settings.home / ".prefect"))
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", str(SERVER_START_SECONDS))
    os.environ.setdefault("DO_NOT_TRACK", "1")
    # Each run is a process of its own, which must find the flows and work on the same home.
    paths = [str(settings.installation), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    os.environ["JIANHUI_HOME"] = str(settings.home)
    os.environ["JIANHUI_KEYS"] = str(settings.keys_root)


@contextmanager
def server(port: int) -> Iterator[str]:
    """A running API: the one of ``PREFECT_API_URL``, else one started here and stopped at the end."""
    given = os.environ.get("PREFECT_API_URL")
    if given:
        yield given
        return
    url = f"http://127.0.0.1:{port}/api"
    os.environ["PREFECT_SERVER_UI_API_URL"] = url
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    log = Path(os.environ["PREFECT_HOME"]) / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    try:
        _wait(url, process, log)
        os.environ["PREFECT_API_URL"] = url
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + SERVER_START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise JianhuiError(
        "server_not_started",
        f"调度服务没有启动，原因见 {log}；端口可能被占用。",
        f"The scheduling server did not start, {log} says why; its port may be taken.",
        next_step="jianhui schedule --port 4300",
    )


def serve(settings: Settings, port: int) -> None:
    """Serve both flows until interrupted."""
    prepare_environment(settings)
    os.chdir(settings.installation)
    with server(port) as url:
        import prefect
        from prefect.deployments.runner import RunnerDeployment
        from prefect.schedules import Cron

        from flows.nightly import nightly
        from flows.quarterly import quarterly

        print(f"{url.removesuffix('/api')}", file=sys.stderr)
        night, quarter = (
            flow.to_deployment(name=name, schedules=[Cron(cron, timezone=TIMEZONE)], concurrency_limit=1)
            for flow, name, cron in (
                (nightly, "每夜 nightly", NIGHTLY_CRON),
                (quarterly, "每季 quarterly", QUARTERLY_CRON),
            )
        )
        assert isinstance(night, RunnerDeployment)
        assert isinstance(quarter, RunnerDeployment)
        prefect.serve(night, quarter)
