"""A better link model is told as the link model's doing: the model of then was kept with the release."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from jianhui.core.errors import ExitCode
from jianhui.resolve.weighing import MODEL
from jianhui.stages import night, verifying
from jianhui.stages.comparing import compare_releases
from jianhui.stages.context import Context
from tests.stages.office import COMMERCE, UNIONS, Office

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FIRM = "$U4,大连恒润达精密铸造有限公司,2010-01-01,大连市西岗区长江路9号,60\n"
UNION = "G4,大连恒润达精密铸造公司工会,单独,大连恒润达精密铸造公司,,2012-05-01,正常\n"


def stricter(context: Context, folder: Path) -> Path:
    """A link model that accepts nothing."""
    shutil.copytree(context.settings.link_model, folder)
    model = json.loads((folder / MODEL).read_text(encoding="utf-8"))
    (folder / MODEL).write_text(json.dumps({**model, "accept": 1.1}, ensure_ascii=False), encoding="utf-8")
    return folder


def test_what_a_better_model_links_is_told_apart(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.receive("commerce", "20131231", COMMERCE + FIRM)
    office.receive("union_organisations", "20131231", UNIONS + UNION)
    office.now = datetime(2014, 4, 12, tzinfo=UTC)
    then = Context(
        replace(office.context.settings, model=stricter(office.context, tmp_path / "strict")), office.clock
    )
    first = night.publish(then, date(2014, 4, 1)).release
    second = night.publish(office.context, date(2014, 4, 2)).release
    assert first.manifest["link_model_digest"] != second.manifest["link_model_digest"]

    found = compare_releases(office.context, first.release_id, second.release_id)
    city = found.rate("city", "210200", "live")
    assert city is not None
    assert city.n_covered == (1, 2)
    assert [cause for cause, part in city.parts.items() if part] == ["linking"]
    (name,) = set(found.members.filter(pl.col("cause") == "linking").get_column("name"))
    assert name == "大连恒润达精密铸造有限公司"
    assert not found.notes

    proof = verifying.verify(office.context, first.release_id)
    assert proof.tables and not proof.differing and not proof.changed
    assert proof.exit_code == ExitCode.DONE
