"""The data dictionary says what the models say."""

from pathlib import Path

import pytest

from jianhui.core.errors import JianhuiError
from jianhui.settings import INSTALLATION
from jianhui.warehouse.catalogue import marts
from jianhui.warehouse.dictionary import PATH, is_current, render

CONTRACT = [
    "agg_coverage",
    "agg_coverage_daily",
    "agg_dynamic_coverage",
    "agg_founding_cohorts",
    "agg_other_units",
    "bridge_enterprise_evidence",
    "bridge_enterprise_records",
    "dim_enterprises",
    "dim_policy",
    "dim_superseded_enterprises",
    "dim_unions",
    "fct_check_results",
    "fct_coverage_changes",
    "fct_delivery_outcomes",
    "fct_enterprise_cover",
    "fct_enterprise_coverage",
    "fct_enterprise_spells",
    "fct_enterprises_without_union",
    "fct_founding_cohort",
    "fct_frozen_base",
    "fct_link_candidates",
    "fct_staff_spells",
    "fct_unmatched_records",
]


def test_the_committed_dictionary_is_the_one_the_models_give() -> None:
    assert is_current(), "run: make dictionary"


def test_every_table_of_the_contract_is_a_mart() -> None:
    names = [mart.name for mart in marts()]
    assert names == sorted(set(names))
    assert set(CONTRACT) <= set(names)


def test_every_table_and_column_is_in_it_in_both_languages() -> None:
    text = (INSTALLATION / PATH).read_text("utf-8")
    for mart in marts():
        assert f"### {mart.name}\n" in text
        for column in mart.columns:
            assert (
                f"| `{column.name}` | {column.type} | {column.description.zh.replace('|', chr(92) + '|')} |"
                in text
            )


def test_a_bar_in_a_description_does_not_break_the_table() -> None:
    rows = [line for line in render(marts()).splitlines() if line.startswith("| `")]
    assert all(line.replace("\\|", "").count("|") == 5 for line in rows)


def test_a_column_described_in_one_language_only_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "marts" / "coverage"
    folder.mkdir(parents=True)
    (folder / "one.yml").write_text(
        "models: [{name: one, description: '一 | one',"
        " columns: [{name: id, data_type: varchar, description: 编号}],"
        " config: {meta: {grain: [id], ordered_by: [id], transformation_steps: ['读 | read']}}}]",
        "utf-8",
    )
    with pytest.raises(JianhuiError) as caught:
        marts(tmp_path)
    assert (caught.value.code, caught.value.where.field) == ("model_undocumented", "id")
