"""Which day a file describes, and how: options before sidecar before file name.

Rule: the feed boundary, "A delivery". ``<feed>_<YYYYMMDD>[_delta][_<anything>].<ext>`` and an
optional ``<file>.manifest.json`` beside it.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jianhui.core.dates import parse_date
from jianhui.core.errors import DeliveryRefused, Where
from jianhui.core.events import DeliveryKind

SIDECAR_SUFFIX = ".manifest.json"
_NAME = re.compile(
    r"^(?P<feed>[a-z][a-z0-9_]*?)_(?P<day>[0-9]{8})(?P<delta>_delta)?(?=[_.]|$)", re.IGNORECASE
)


@dataclass(frozen=True)
class Sidecar:
    """What a ``.manifest.json`` says; what it leaves out is None."""

    feed: str | None = None
    reference_on: date | None = None
    kind: DeliveryKind | None = None
    rows: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Label:
    """The reference date and kind of a delivery."""

    reference_on: date
    kind: DeliveryKind


def label_of(
    feed: str,
    file_name: str,
    sidecar: Sidecar,
    *,
    reference_on: date | None,
    kind: DeliveryKind | None,
    today: date,
) -> Label:
    """Reference date and kind of a delivery of ``feed``; the options given win.

    Raises ``DeliveryRefused``: ``wrong_feed`` (sidecar, or name where nothing else gives the date),
    ``no_reference_date``, ``reference_date_in_future``.
    """
    named = _NAME.match(file_name)
    if sidecar.feed is not None and sidecar.feed != feed:
        raise _wrong_feed(file_name + SIDECAR_SUFFIX, feed, sidecar.feed)
    day = reference_on or sidecar.reference_on
    if day is None and named:
        if named["feed"].lower() != feed:
            raise _wrong_feed(file_name, feed, named["feed"])
        day = parse_date(named["day"])
    if day is None:
        raise DeliveryRefused(
            "no_reference_date",
            "文件名中没有基准日期，也未另行给出",
            "neither the file name nor anything else says which day the file describes",
            where=Where(file=file_name),
            next_step=f"name it {feed}_YYYYMMDD.csv, or: jianhui receive {feed} FILE --reference-date D",
        )
    if day > today:
        raise DeliveryRefused(
            "reference_date_in_future",
            f"基准日期 {day} 晚于今天 {today}",
            f"the reference date {day} lies after today, {today}",
            where=Where(file=file_name, value=day.isoformat()),
            next_step="核对文件名或侧车文件 / correct the file name or the sidecar",
        )
    of_name: DeliveryKind = "delta" if named and named["delta"] else "full"
    return Label(day, kind or sidecar.kind or of_name)


def read_sidecar(file: Path) -> Sidecar:
    """The sidecar beside ``file``; empty if there is none. Raises ``DeliveryRefused`` ``bad_sidecar``."""
    path = file.with_name(file.name + SIDECAR_SUFFIX)
    if not path.is_file():
        return Sidecar()
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, UnicodeDecodeError) as error:
        raise _bad_sidecar(path.name, None, None, "不是 JSON / not JSON") from error
    if not isinstance(data, dict):
        raise _bad_sidecar(path.name, None, None, "不是 JSON 对象 / not a JSON object")
    return Sidecar(
        feed=_text(data, "feed", path.name),
        reference_on=_day(data, path.name),
        kind=_kind(data, path.name),
        rows=_rows(data, path.name),
        sha256=_text(data, "sha256", path.name),
    )


def check_bytes(sidecar: Sidecar, file_name: str, sha256: str) -> None:
    """Refuse a file whose bytes are not those its sidecar names (``sidecar_mismatch``)."""
    if sidecar.sha256 is not None and sidecar.sha256.strip().lower() != sha256:
        raise _mismatch(file_name, "sha256", sidecar.sha256, sha256)


def check_rows(sidecar: Sidecar, file_name: str, rows: int) -> None:
    """Refuse a file that has not as many rows as its sidecar says (``sidecar_mismatch``)."""
    if sidecar.rows is not None and sidecar.rows != rows:
        raise _mismatch(file_name, "rows", str(sidecar.rows), str(rows))


def _text(data: dict[str, Any], field: str, file: str) -> str | None:
    value = data.get(field)
    if value is not None and not isinstance(value, str):
        raise _bad_sidecar(file, field, value, "应为文字 / must be a text")
    return value


def _day(data: dict[str, Any], file: str) -> date | None:
    value = data.get("reference_date")
    if value is None:
        return None
    day = parse_date(str(value))
    if day is None:
        raise _bad_sidecar(file, "reference_date", value, "不是日期 / not a date")
    return day


def _kind(data: dict[str, Any], file: str) -> DeliveryKind | None:
    kinds: dict[object, DeliveryKind | None] = {None: None, "full": "full", "delta": "delta"}
    value = data.get("kind")
    if value is None or (isinstance(value, str) and value in kinds):
        return kinds[value]
    raise _bad_sidecar(file, "kind", value, "应为 full 或 delta / must be full or delta")


def _rows(data: dict[str, Any], file: str) -> int | None:
    value = data.get("rows")
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise _bad_sidecar(file, "rows", value, "应为整数 / must be a whole number")
    return value


def _wrong_feed(file: str, expected: str, found: str) -> DeliveryRefused:
    return DeliveryRefused(
        "wrong_feed",
        f"这是 {found} 的文件，不是 {expected} 的",
        f"this is a file of {found}, not of {expected}",
        where=Where(file=file, value=found),
        next_step=f"放入 / put it into raw/inbox/{found}/",
    )


def _bad_sidecar(file: str, field: str | None, value: object, problem: str) -> DeliveryRefused:
    return DeliveryRefused(
        "bad_sidecar",
        f"侧车文件有误：{problem}",
        f"the sidecar is not readable: {problem}",
        where=Where(file=file, field=field, value=None if value is None else str(value)[:80]),
        next_step="更正或删除侧车文件 / correct or remove the sidecar",
    )


def _mismatch(file: str, field: str, said: str, found: str) -> DeliveryRefused:
    return DeliveryRefused(
        "sidecar_mismatch",
        f"与侧车文件不符：{field} 应为 {said}，实为 {found}",
        f"the file is not the one its sidecar describes: {field} should be {said}, is {found}",
        where=Where(file=file, field=field, value=found),
        next_step="请交换方重新发送 / ask the agency to send it again",
    )
