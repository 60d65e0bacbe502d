"""A release in a few lines: what the night desk reads first, on the terminal and in the orchestrator's pages.

Every figure is read from the release's marts; nothing is computed here but the shown form of a rate.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from jianhui.publish.report_figures import percent, percent_bounds, shown_share, target_fraction

BASES: Mapping[str, tuple[str, str]] = {
    "frozen": ("固化基数", "frozen"),
    "live": ("在册基数", "live"),
    "live_25": ("25人以上", "live, 25+ staff"),
    "due": ("已到期限", "due"),
}


@dataclass(frozen=True)
class Summary:
    """Figures of one release. ``bases`` and ``districts``: rows of ``agg_coverage`` as published.

    ``n_gap`` is null where coverage is unknown: an empty list then says nothing.
    """

    release_id: str
    valid_on: str
    known_at: str
    bases: Sequence[Mapping[str, Any]]
    districts: Sequence[Mapping[str, Any]]
    n_gap: int | None
    caveats: Sequence[Mapping[str, str]]

    def text(self, language: str) -> str:
        """Some lines for a terminal."""
        return "\n".join(self._lines(language))

    def markdown(self) -> str:
        """The same as a page, in Chinese."""
        rows = ["| 基数 | 企业数 | 已覆盖 | 建会率 | 目标 |", "|---|---:|---:|---:|---|"]
        rows += [f"| {' | '.join(self._base_cells(base, 'zh'))} |" for base in self.bases]
        gaps = ["| 区市县 | 在册 | 已覆盖 | 未建会 |", "|---|---:|---:|---:|"]
        gaps += [f"| {' | '.join(self._district_cells(row))} |" for row in self.districts]
        notes = [f"- {caveat['zh']}" for caveat in self.caveats]
        head = f"# {self.valid_on} 建会情况\n\n发布 `{self.release_id}`，知悉时间 {self.known_at}"
        return "\n\n".join([head, "\n".join(rows), "\n".join(gaps), "\n".join(notes)])

    def as_dict(self) -> dict[str, Any]:
        """For a program."""
        return {
            "valid_on": self.valid_on,
            "known_at": self.known_at,
            "bases": [dict(row) for row in self.bases],
            "districts": [dict(row) for row in self.districts],
            "n_gap": self.n_gap,
            "caveats": [dict(caveat) for caveat in self.caveats],
        }

    def _lines(self, language: str) -> list[str]:
        zh = language == "zh"
        lines = [f"{self.valid_on} {'建会情况' if zh else 'coverage'} ({self.release_id})"]
        for base in self.bases:
            name, n_base, n_covered, rate, verdict = self._base_cells(base, language)
            lines.append(f"  {name}: {n_covered}/{n_base} = {rate}{f'  {verdict}' if verdict else ''}")
        if not any(base["base_kind"] == "frozen" for base in self.bases):
            lines.append("  固化基数: 无清单，不评判" if zh else "  frozen: no list, not judged")
        gap = ("未知" if zh else "unknown") if self.n_gap is None else str(self.n_gap)
        lines.append(f"{'未建会企业' if zh else 'without a union'}: {gap}")
        for row in self.districts:
            name, n_base, _, gap = self._district_cells(row)
            lines.append(f"  {name}: {gap} / {n_base}")
        lines += [f"{'注意' if zh else 'note'}: {caveat['zh' if zh else 'en']}" for caveat in self.caveats]
        return lines

    def _base_cells(self, base: Mapping[str, Any], language: str) -> tuple[str, str, str, str, str]:
        name = BASES[base["base_kind"]][0 if language == "zh" else 1]
        verdicts = {
            True: ("达到目标", "target met"),
            False: ("未达到目标", "target missed"),
            None: ("", ""),
        }
        verdict = verdicts[base["meets_target"]][0 if language == "zh" else 1]
        nothing = "无" if language == "zh" else "null"
        covered = nothing if base["n_covered"] is None else str(base["n_covered"])
        share = shown_share(base["n_covered"], base["n_base"], target=target_fraction(base["target_rate"]))
        rate = percent(share)
        if base["rate_low"] is not None and base["rate_high"] is not None:
            bounds = percent_bounds(base["rate_low"], base["rate_high"])
            rate += f"（区间 {bounds}）" if language == "zh" else f" ({bounds})"
        return name, str(base["n_base"]), covered, rate, verdict

    @staticmethod
    def _district_cells(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
        n_base, n_covered = row["n_base"], row["n_covered"]
        covered, gap = ("–", "–") if n_covered is None else (str(n_covered), str(n_base - n_covered))
        return row["group_name"] or row["group_code"], str(n_base), covered, gap


def summarise(release: Path) -> Summary:
    """The figures of the release in folder ``release``."""
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    coverage = pl.read_parquet(release / "marts" / "agg_coverage.parquet")
    order = pl.col("base_kind").replace_strict({kind: i for i, kind in enumerate(BASES)})
    city = coverage.filter(pl.col("grouping") == "city").sort(order)
    is_shown = (pl.col("grouping") == "district") & (pl.col("base_kind") == "live") & (pl.col("n_base") > 0)
    columns = ["base_kind", "n_base", "n_covered", "coverage_rate", "rate_low", "rate_high"]
    columns += ["target_rate", "meets_target"]
    districts = coverage.filter(is_shown).select(
        "group_code", "group_name", "n_base", "n_covered", "coverage_rate"
    )
    is_unknown = city.get_column("n_covered").null_count() > 0
    gap = pl.scan_parquet(release / "marts" / "fct_enterprises_without_union.parquet")
    return Summary(
        release_id=manifest["release_id"],
        valid_on=manifest["as_of"]["valid_on"],
        known_at=manifest["as_of"]["known_at"],
        bases=city.select(columns).to_dicts(),
        districts=districts.sort("group_code").to_dicts(),
        n_gap=None if is_unknown else gap.select(pl.len()).collect().item(),
        caveats=manifest["caveats"],
    )
