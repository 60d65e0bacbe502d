"""What is wrong with the set-up, and what to do about it. Looks only; mends nothing."""

import json
import platform
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from jianhui.core.clock import Clock, civil_day
from jianhui.core.errors import JianhuiError
from jianhui.intake.contract import load_contracts
from jianhui.log.store import EventLog
from jianhui.publish.digests import LOCK
from jianhui.publish.release_feed import INDEX, index_document
from jianhui.publish.release_index import STAGING_PREFIX, list_releases, misplaced_pointers
from jianhui.settings import Settings
from jianhui.warehouse.gate_checks import Scene, read_suites, read_thresholds
from jianhui.warehouse.gate_waivers import read_waivers

Level = Literal["ok", "note", "warn", "fatal"]

PYTHON = "3.11"
LITTLE_SPACE = 2 * 2**30
TOO_LITTLE_SPACE = 200 * 2**20
_PINNED = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)==(?P<version>[^\s;\\]+)(?P<marker>\s*;[^\\]*)?")
_SHOWN = 5
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``fatal``: the work cannot go on; ``note``: a convenience is missing."""

    code: str
    level: Level
    zh: str
    en: str
    do: str = ""

    @property
    def is_fatal(self) -> bool:
        return self.level == "fatal"

    def text(self, language: str) -> str:
        """One line."""
        mark = {"ok": "✓", "note": "·", "warn": "!", "fatal": "✗"}[self.level]
        step = f" → {self.do}" if self.do and self.level != "ok" else ""
        return f"{mark} {self.zh if language == 'zh' else self.en}{step}"

    def as_dict(self) -> dict[str, Any]:
        """For a program."""
        return asdict(self)


def doctor(settings: Settings, clock: Clock) -> list[Finding]:
    """Every finding, also where all is well, in the order one would look."""
    return [
        *_python(),
        *_dependencies(settings.installation / LOCK),
        *_home(settings.home),
        *_space(settings.home),
        *_keys(settings),
        *_rules(settings, clock),
        *_log(settings),
        *_releases(settings),
        *_left_over(settings),
        *_programs(),
    ]


def _python() -> Iterator[Finding]:
    found = platform.python_version()
    level: Level = "ok" if found.startswith(f"{PYTHON}.") else "fatal"
    yield Finding(
        "python", level, f"Python {found}", f"Python {found}", f"install Python {PYTHON}, then make"
    )


def _dependencies(lock: Path) -> Iterator[Finding]:
    """Installed versions against the lock file, by its own markers."""
    from packaging.markers import Marker

    if not lock.is_file():
        yield Finding(
            "lock",
            "warn",
            "没有锁定文件，无法核对依赖版本",
            "no lock file to compare with",
            f"restore {LOCK}",
        )
        return
    differing = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        pinned = _PINNED.match(line)
        if pinned is None or (pinned["marker"] and not Marker(pinned["marker"].strip(" ;")).evaluate()):
            continue
        try:
            found = metadata.version(pinned["name"])
        except metadata.PackageNotFoundError:
            found = "-"
        if found != pinned["version"]:
            differing.append(f"{pinned['name']} {found} ≠ {pinned['version']}")
    if not differing:
        yield Finding("lock", "ok", "依赖与锁定文件一致", "dependencies are those of the lock file")
        return
    shown = ", ".join(differing[:_SHOWN]) + (" …" if len(differing) > _SHOWN else "")
    yield Finding(
        "lock",
        "warn",
        f"{len(differing)} 个依赖与锁定文件不一致：{shown}",
        f"{len(differing)} dependencies differ from the lock file: {shown}",
        f"pip install --require-hashes -r {LOCK}",
    )


def _home(home: Path) -> Iterator[Finding]:
    probe = home / ".doctor"
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        yield Finding(
            "home",
            "fatal",
            f"数据目录不可写：{error}",
            f"the home cannot be written: {error}",
            "set JIANHUI_HOME",
        )
        return
    yield Finding("home", "ok", f"数据目录可写：{home}", f"the home can be written: {home}")


def _space(home: Path) -> Iterator[Finding]:
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    level: Level = "fatal" if free < TOO_LITTLE_SPACE else "warn" if free < LITTLE_SPACE else "ok"
    gigabytes = f"{free / 2**30:.1f} GB"
    yield Finding(
        "disk",
        level,
        f"剩余空间 {gigabytes}",
        f"{gigabytes} of disk space free",
        "delete cache/, or move JIANHUI_HOME",
    )


def _keys(settings: Settings) -> Iterator[Finding]:
    """Keys must be there once there is a vault, outside the data, and readable by their owner alone."""
    keys = settings.keys_root
    has_vault = (settings.vault / "HOME_ID").is_file()
    if keys.is_relative_to(settings.home):
        yield Finding(
            "keys_place",
            "warn",
            f"密钥放在数据目录之内：{keys}",
            f"the keys lie inside the data folder: {keys}",
            "set JIANHUI_KEYS to a folder outside JIANHUI_HOME and move them there",
        )
    if not keys.is_dir():
        level: Level = "fatal" if has_vault else "ok"
        yield Finding(
            "keys",
            level,
            f"没有密钥目录：{keys}" if has_vault else "尚无密钥，首次接收时生成",
            f"the keys are missing: {keys}"
            if has_vault
            else "no keys yet: they are minted with the first delivery",
            "restore the keys folder from its own backup, or set JIANHUI_KEYS",
        )
        return
    open_paths = [path for path in sorted(keys.rglob("*.key")) if path.stat().st_mode & _OTHERS]
    if open_paths:
        yield Finding(
            "keys",
            "fatal",
            f"他人可以读取密钥：{open_paths[0]}",
            f"others can reach the keys: {open_paths[0]}",
            f"chmod -R go= {keys}",
        )
    else:
        yield Finding("keys", "ok", "密钥仅本人可读", "only their owner can read the keys")


def _rules(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Contracts, suites, thresholds and waivers can be read, and no waiver has expired."""
    try:
        contracts = load_contracts(settings.contracts)
        read_thresholds(settings.expectations)
        read_suites(settings.expectations, Scene(tuple(contracts)))
        read_waivers(settings.expectations / "waivers.yml", civil_day(clock()))
    except JianhuiError as error:
        yield Finding(error.code, "fatal", error.zh, error.en, error.next_step)
        return
    yield Finding("rules", "ok", "契约与关卡规则可读", "contracts and the gate's rules can be read")


def _log(settings: Settings) -> Iterator[Finding]:
    try:
        head = EventLog(settings.events).log_head()
    except JianhuiError as error:
        yield Finding("log", "fatal", error.zh, error.en, "jianhui replay --verify")
        return
    except OSError as error:
        yield Finding(
            "log", "fatal", f"事件日志不可读：{error}", f"the log cannot be read: {error}", "ls -l raw/events"
        )
        return
    yield Finding(
        "log", "ok", f"事件日志 {head.seq} 行，链条完整", f"the log's chain holds: {head.seq} lines"
    )


def _releases(settings: Settings) -> Iterator[Finding]:
    try:
        releases = list_releases(settings)
    except JianhuiError as error:
        yield Finding(error.code, "fatal", error.zh, error.en, error.next_step)
        return
    wrong = misplaced_pointers(settings)
    for link, target in wrong:
        do = f"rm {link}" if target is None else f"ln -sfn {target} {link}"
        if link.is_dir() and not link.is_symlink():  # ln would put the pointer inside the copied folder
            do = f"mv {link} {link}-copied && {do}"
        yield Finding(
            "pointer", "warn", f"指针有误：{link}", f"a pointer is broken or leads elsewhere: {link}", do
        )
    if not wrong:
        yield Finding(
            "releases", "ok", f"发布 {len(releases)} 个", f"{len(releases)} releases, pointers in place"
        )
    yield from _index(settings, bool(releases))


def _index(settings: Settings, has_releases: bool) -> Iterator[Finding]:
    """``releases/index.json``, which others follow, says what folders and log say."""
    path = settings.releases / INDEX
    if not has_releases and not path.exists():
        return
    try:
        wanted = index_document(settings, EventLog(settings.events).ledger())
    except (JianhuiError, OSError):
        return  # a damaged log is told of above
    try:
        is_right = json.loads(path.read_text(encoding="utf-8")) == wanted
    except (OSError, ValueError):
        is_right = False
    if is_right:
        yield Finding("index", "ok", f"{INDEX} 与发布、日志一致", f"{INDEX} says what folders and log say")
    else:
        yield Finding(
            "index",
            "warn",
            f"{path} 与发布、日志不一致：跟读的系统会读错",
            f"{path} is not what folders and log say: those who follow it are misled",
            "jianhui release index",
        )


def _left_over(settings: Settings) -> Iterator[Finding]:
    """What an interrupted run left: never read, only in the way."""
    folders = [*settings.releases.glob(f"{STAGING_PREFIX}*"), *(settings.cache / "builds").glob("build-*")]
    for folder in sorted(folders):
        yield Finding(
            "left_over",
            "warn",
            f"中断的运行留下：{folder}",
            f"left by an interrupted run: {folder}",
            f"when no night is running: rm -r {folder}",
        )


def _programs() -> Iterator[Finding]:
    """What only convenience needs: LibreOffice for PDF, and a Chinese font to look at what it makes."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    yield Finding(
        "libreoffice",
        "ok" if office else "note",
        f"LibreOffice：{office}" if office else "没有 LibreOffice：报告只出 docx、xlsx",
        f"LibreOffice: {office}" if office else "no LibreOffice: reports are docx and xlsx only",
        "apt-get install libreoffice-writer",
    )
    fonts = [folder for folder in (Path("/usr/share/fonts"), Path.home() / ".fonts") if folder.is_dir()]
    has_cjk = any(
        re.search(r"cjk|simsun|fangsong", path.name, re.I)
        for root in fonts
        for path in root.rglob("*.[ot]t*")
    )
    yield Finding(
        "fonts",
        "ok" if has_cjk else "note",
        "有中文字体" if has_cjk else "未找到中文字体：本机转换 PDF 时文字可能缺失",
        "a Chinese font is there" if has_cjk else "no Chinese font found: PDFs made here may lack characters",
        "apt-get install fonts-noto-cjk",
    )
