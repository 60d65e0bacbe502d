"""The gap list as ledgers to work with: one workbook per district, and a table of contents.

The workbooks are named as deliveries of feed ``verifications`` (``verifications_<YYYYMMDD>_…``), so that
a filled-in list is handed back as it is. Its reference date is the day of the release; the day of each
finding stands in the row. Source of rows: ``fct_enterprises_without_union``; names of persons come from
the vault at the moment of writing and are in no other output.
"""

import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

import polars as pl

from jianhui.core.errors import UsageError, Where
from jianhui.publish.report_source import UNKNOWN, Release
from jianhui.publish.worklist_columns import ERASED, RECOMMENDED_FORMS
from jianhui.publish.worklist_index import write_index
from jianhui.publish.worklist_sheet import DistrictList, StreetList, write_district

INDEX_FILE = "目录.xlsx"
SET_ASIDE = "旧版"
UNKNOWN_DISTRICT = "区县不详"
UNKNOWN_STREET = "街道不详"

_PERSONAL = ("legal_representative", "phone")


class Revealer(Protocol):
    """Something that knows the values behind pseudonyms; an erased one is left out of the answer."""

    def reveal(self, pseudonyms: Iterable[str]) -> Mapping[str, str]: ...


def worklists(
    release_dir: Path,
    contacts: pl.DataFrame,
    vault: Revealer,
    out_dir: Path,
    *,
    district: str | None = None,
) -> list[Path]:
    """Write ``<out_dir>/<date>/verifications_<YYYYMMDD>_<code>_<name>_未建会企业台账.xlsx`` and 目录.xlsx.

    ``contacts``: one row per enterprise: ``enterprise_id``, ``legal_representative``, ``phone`` (pseudonyms
    or null). ``district`` (a code, or ``unknown``) limits the run to one workbook and leaves the contents
    page alone. Returns the paths, districts in the order of their codes (unknown last), then the contents
    page. Nothing is ever overwritten by something else: a file there already that differs (somebody may have
    filled it in) and, in a full run, one of a district with no gap left, is moved to ``旧版/``.
    Raises ``UsageError`` ``unknown_district`` for a district that the release does not know.
    """
    release = Release(release_dir)
    names = {**release.group_names("district"), UNKNOWN: UNKNOWN_DISTRICT}
    if district is not None and district not in names:
        raise _no_such_district(district, names)
    rows = _ledger_rows(release, names, district)
    rows = _with_contacts(rows, contacts, vault)
    lists = _by_district(rows, names, release.group_names("street"))
    stamp = release.manifest.valid_on
    folder = out_dir / stamp.isoformat()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # contacts stand in clear inside
    files = {
        each.code: f"verifications_{stamp:%Y%m%d}_{each.code}_{_file_part(each.name)}_未建会企业台账.xlsx"
        for each in lists
    }
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as scratch:
        staged = []
        for each in lists:
            staged.append(Path(scratch) / files[each.code])
            write_district(staged[-1], each, release.manifest)
        if district is None:
            staged.append(Path(scratch) / INDEX_FILE)
            write_index(staged[-1], release, names, lists, files)
            set_aside(old for old in folder.glob("verifications_*.xlsx") if old.name not in files.values())
        return [_put(path, folder) for path in staged]


def _ledger_rows(release: Release, names: Mapping[str, str], district: str | None) -> pl.DataFrame:
    """Gap rows in rank order with the ledger's columns; ``district_code``, ``street_code`` never null."""
    gap = release.mart("fct_enterprises_without_union").with_columns(
        pl.col("district_code", "street_code").fill_null(UNKNOWN)
    )
    if district is not None:
        gap = gap.filter(pl.col("district_code") == district)
    enterprises = release.mart("dim_enterprises").select(
        "enterprise_id",
        "established_on",
        "status",
        "enterprise_type",
        pl.col("industry_section")
        .replace_strict(release.group_names("industry"), default=None, return_dtype=pl.String)
        .alias("industry"),
    )
    unions = release.mart("dim_unions").select(
        pl.col("union_id").alias("responsible_union_id"), pl.col("name").alias("responsible_union")
    )
    return (
        gap.join(enterprises, on="enterprise_id", how="left", validate="1:1")
        .join(unions, on="responsible_union_id", how="left", validate="m:1")
        .with_columns(
            pl.col("recommended_form").replace_strict(
                RECOMMENDED_FORMS, default=None, return_dtype=pl.String
            ),
            pl.col("district_code").replace_strict(names, default=pl.col("district_code")).alias("district"),
            pl.col("is_overdue", "is_new").fill_null(value=False),
        )
        .sort("rank")
    )


def _with_contacts(rows: pl.DataFrame, contacts: pl.DataFrame, vault: Revealer) -> pl.DataFrame:
    """Persons' names and numbers in clear, for these rows only; what the vault no longer has is 已删除."""
    contacts = contacts.select("enterprise_id", *_PERSONAL)
    rows = rows.join(contacts, on="enterprise_id", how="left", validate="1:1")
    asked = pl.concat([rows.get_column(column) for column in _PERSONAL]).drop_nulls().unique().sort()
    asked = asked.filter(asked != "")
    known = dict(vault.reveal(asked.to_list()))
    clear = {pseudonym: known.get(pseudonym) or ERASED for pseudonym in asked}
    return rows.with_columns(
        pl.col(column).replace_strict(clear, default=None, return_dtype=pl.String) for column in _PERSONAL
    )


def _by_district(
    rows: pl.DataFrame, districts: Mapping[str, str], streets: Mapping[str, str]
) -> list[DistrictList]:
    """Cut the rows by district and street, both in the order of their codes, unknown last."""
    lists = []
    for code, in_district in _groups(rows, "district_code"):
        parts = []
        for street_code, in_street in _groups(in_district, "street_code"):
            name = UNKNOWN_STREET if street_code == UNKNOWN else streets.get(street_code, street_code)
            numbered = in_street.with_row_index("number", offset=1).with_columns(pl.lit(name).alias("street"))
            parts.append(StreetList(name, numbered))
        lists.append(DistrictList(code, districts.get(code, code), tuple(parts)))
    return lists


def _groups(rows: pl.DataFrame, column: str) -> list[tuple[str, pl.DataFrame]]:
    groups = [(str(key[0]), part) for key, part in rows.group_by(column, maintain_order=True)]
    return sorted(groups, key=lambda group: (group[0] == UNKNOWN, group[0]))


def _put(staged: Path, folder: Path) -> Path:
    """Move a finished file into ``folder``; a differing one of that name is kept aside first."""
    target = folder / staged.name
    if target.exists() and target.read_bytes() != staged.read_bytes():
        set_aside([target])
    staged.chmod(0o600)
    staged.replace(target)
    return target


def set_aside(files: Iterable[Path]) -> None:
    """Move ``files`` to ``旧版/`` beside them, under names not used yet."""
    for file in sorted(files):
        shelf = file.parent / SET_ASIDE
        shelf.mkdir(exist_ok=True)
        turn = 1
        while (kept := shelf / f"{file.stem}_{turn}{file.suffix}").exists():
            turn += 1
        file.rename(kept)


def _file_part(name: str) -> str:
    return re.sub(r'[\\/:*?"<>|\s\x00-\x1f_]', "", name) or UNKNOWN


def _no_such_district(district: str, names: Mapping[str, str]) -> UsageError:
    known = "、".join(f"{code} {name}" for code, name in names.items())
    return UsageError(
        "unknown_district",
        f"没有代码为 {district} 的区市县",
        f"no district has the code {district}",
        where=Where(field="district", value=district),
        next_step=known,
    )
