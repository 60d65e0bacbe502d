"""A further feed needs a contract file and a staging model, and no Python."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from jianhui.settings import INSTALLATION, Settings
from jianhui.stages import building, intake
from jianhui.stages.context import Context, night_as_of

CONTRACT = """
feed: fire_inspections
title: 消防检查单位
title_en: Units inspected by the fire brigade
agency: 公安消防局
absence: keeps
append_only: false
record_key:
  - - {column: unit_no, when: present}
name: name
required: [unit_no, name]
calendar: {rhythm: monthly, grace_days: 20}
columns:
  - {name: unit_no, header: 单位编号, type: text, title_en: Unit number}
  - {name: uscc, header: 统一社会信用代码, type: code, scheme: uscc, personal: diagnosed, title_en: Code}
  - {name: name, header: 单位名称, type: name, title_en: Name}
  - {name: safety_officer, header: 安全负责人, type: text, personal: always, title_en: Safety officer}
  - {name: worker_count, header: 从业人数, type: integer, title_en: Workers}
  - {name: inspected_on, header: 检查日期, type: date, title_en: Inspected on}
"""

MODEL = """
with source as (
    select * from {{ source('input', 'records_fire_inspections') }}
),

renamed as (
    select record_key, name, safety_officer, worker_count, inspected_on, delivery_id, line
    from source
)

select * from renamed
"""

MODEL_YAML = """
version: 2
sources:
  - name: input
    database: warehouse
    schema: input
    tables:
      - name: records_fire_inspections
"""

COMMERCE = """统一社会信用代码,企业名称,成立日期,住所
91210200241765653R,大连甲机械有限公司,2010-01-01,大连市沙河口区中山路1号
"""

FIRE_INSPECTIONS = """单位编号,统一社会信用代码,单位名称,安全负责人,从业人数,检查日期
A-007,91210200241765653R,大连甲机械有限公司,测试乙,"1,024",2014年3月5日
"""


@pytest.mark.slow
def test_an_eighth_feed_needs_a_contract_and_a_staging_model_alone(tmp_path: Path) -> None:
    installation = tmp_path / "installation"
    for folder in ("raw/contracts", "dbt_project", "expectations"):
        shutil.copytree(INSTALLATION / folder, installation / folder)
    (installation / "raw/contracts/fire_inspections.yml").write_text(CONTRACT, encoding="utf-8")
    staging = installation / "dbt_project/models/staging"
    (staging / "stg_fire_inspections.sql").write_text(MODEL, encoding="utf-8")
    (staging / "_stg_fire_inspections.yml").write_text(MODEL_YAML, encoding="utf-8")
    settings = Settings(tmp_path / "home", tmp_path / "keys", installation)
    context = Context(settings, lambda: datetime(2014, 4, 1, tzinfo=UTC))
    for feed, text in (("commerce", COMMERCE), ("fire_inspections", FIRE_INSPECTIONS)):
        file = tmp_path / f"{feed}_20140331.csv"
        file.write_text(text, encoding="utf-8")
        (outcome,) = intake.receive(context, feed, [file])
        assert outcome.verdict == "accepted"

    build = tmp_path / "build.duckdb"
    building.build(context, night_as_of(context, date(2014, 3, 31)), build)

    with duckdb.connect(str(build), read_only=True) as connection:
        rows = connection.execute(
            "select record_key, name, safety_officer, worker_count, inspected_on, line "
            "from staging.stg_fire_inspections"
        ).fetchall()
    ((key, name, officer, workers, inspected_on, line),) = rows
    assert (name, workers, inspected_on, line) == ("大连甲机械有限公司", 1024, date(2014, 3, 5), 2)
    assert key == "A007"
    assert officer.startswith("P:")
    assert intake.verify(context) == []
