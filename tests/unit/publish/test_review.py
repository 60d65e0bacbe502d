"""Which pairs are asked about, in which order; and what the answers tell."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, cast

import polars as pl
import pytest

from jianhui.publish.report_source import Manifest, Release
from jianhui.publish.review_questions import Paper, Request, Said, Sample, ask, draw
from jianhui.publish.review_score import Score, score_judgements
from jianhui.resolve.judgements import STANDING_SCHEMA, Judgement, Verdict, Withdrawal
from jianhui.resolve.said import ENTERPRISE_SAYS, RECORD_SAYS

KNOWN_AT = datetime(2014, 4, 1, tzinfo=UTC)
MANIFEST = Manifest("night-2014-03-31-r1", "night", None, date(2014, 3, 31), KNOWN_AT, (), ())
NOTHING = pl.DataFrame(schema=STANDING_SCHEMA)


@dataclass
class Night:
    """A release. Pairs: feed, record key, enterprise, effect, and the decision unless it is uncertain; links:
    feed, record key, enterprise, basis."""

    pairs: list[tuple[str, ...]] = field(default_factory=list)
    links: list[tuple[str, str, str, str]] = field(default_factory=list)
    unmatched: list[tuple[str, str]] = field(default_factory=list)
    manifest: Manifest = MANIFEST

    def mart(self, table: str) -> pl.DataFrame:
        rows: list[tuple[str, ...]] = {
            "fct_link_candidates": [(*pair, "uncertain")[:5] for pair in self.pairs],
            "bridge_enterprise_records": self.links,
            "fct_unmatched_records": self.unmatched,
        }[table]  # type: ignore[assignment]
        columns = {
            "fct_link_candidates": ["feed", "record_key", "enterprise_id", "effect", "decision"],
            "bridge_enterprise_records": ["feed", "record_key", "enterprise_id", "link_basis"],
            "fct_unmatched_records": ["feed", "record_key"],
        }[table]
        return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String()), orient="row")

    @property
    def release(self) -> Release:
        return cast(Release, self)

    def said(self) -> Said:
        """Every record is called like its key, every enterprise like its id."""
        records = sorted({pair[:2] for pair in (*self.pairs, *self.links)})
        enterprises = sorted({pair[2] for pair in (*self.pairs, *self.links)})
        silent: dict[str, Any] = dict.fromkeys((*RECORD_SAYS, *ENTERPRISE_SAYS))
        return Said(
            pl.DataFrame(
                [
                    {**{column: silent[column] for column in RECORD_SAYS}, "feed": feed, "record_key": key}
                    | {"record_key_raw": key, "name": key}
                    for feed, key in records
                ],
                infer_schema_length=None,
            ),
            pl.DataFrame(
                [
                    {
                        **{column: silent[column] for column in ENTERPRISE_SAYS},
                        "enterprise_id": one,
                        "name": one,
                    }
                    for one in enterprises
                ],
                infer_schema_length=None,
            ),
        )

    def paper(self, request: Request, settled: pl.DataFrame = NOTHING) -> Paper:
        return ask(self.release, self.said(), settled, request)


MANY = [("hr", f"H{n:03d}", f"E{n:03d}", "name") for n in range(300)]


def keys(paper: Paper) -> list[str]:
    return [item.record_key for item in paper.items]


def test_those_first_that_move_the_rate_most_then_by_feed_and_key() -> None:
    effects = ["other", "live_25", "frozen", "live_base", "live_cover", "live_cover"]
    night = Night([("hr", f"H{n}", "E1", effect) for n, effect in enumerate(effects)])
    assert keys(night.paper(Request(9))) == ["H4", "H5", "H3", "H2", "H1", "H0"]
    assert keys(night.paper(Request(2))) == ["H4", "H5"]


def test_a_record_stands_where_its_gravest_candidate_puts_it() -> None:
    night = Night(
        [("hr", "H1", "E1", "live_25"), ("hr", "H2", "E1", "other"), ("hr", "H2", "E2", "live_cover")]
    )
    assert keys(night.paper(Request(9))) == ["H2", "H1"]


def test_beside_an_uncertain_candidate_stands_the_one_the_record_is_linked_to() -> None:
    pairs = [
        ("hr", "H1", "E1", "other", "linked"),
        ("hr", "H1", "E2", "other"),
        ("hr", "H2", "E3", "other", "linked"),
    ]
    (item,) = Night(pairs).paper(Request(9)).items
    assert {question.enterprise_id for question in item.questions} == {"E1", "E2"}


def test_of_the_unmatched_nothing_is_drawn_that_is_linked() -> None:
    pairs = [("hr", f"H{n}", "E1", "other") for n in range(9)]
    night = Night(pairs, MANY, [("hr", "H3"), ("hr", "H4"), ("hr", "NOBODY")])
    assert set(draw(night.release, Request(0, (Sample("unmatched", 5),)))) == {("hr", "H3"), ("hr", "H4")}


def test_a_taxpayer_is_asked_about_once_not_every_month() -> None:
    night = Night([("tax", f"X|01|2014{month:02d}|", "E1", "other") for month in (1, 2, 3)])
    assert keys(night.paper(Request(9))) == ["X|01|201403|"]


def test_what_was_judged_since_the_release_is_not_asked_again() -> None:
    night = Night([("hr", "H1", "E1", "other"), ("hr", "H1", "E2", "other"), ("hr", "H2", "E1", "other")])
    rows = [("hr", "H1", "different", "E1"), ("hr", "H2", "same", "E1")]
    settled = pl.DataFrame(rows, schema=STANDING_SCHEMA, orient="row")
    (item,) = night.paper(Request(9), settled).items
    assert [question.enterprise_id for question in item.questions] == ["E2"]


def test_the_order_of_candidates_tells_nothing_of_their_rank() -> None:
    """Whatever order they come in, they stand as their digests have it, and the first is not always first."""
    pairs = [("hr", f"H{n}", f"E{rank}", "other") for n in range(40) for rank in (1, 2, 3)]
    papers = [Night(order).paper(Request(99)) for order in (pairs, pairs[::-1])]
    shown = [[[q.enterprise_id for q in item.questions] for item in paper.items] for paper in papers]
    assert shown[0] == shown[1]
    assert {order[0] for order in shown[0]} == {"E1", "E2", "E3"}


def test_a_draw_is_of_the_size_asked_for_and_only_the_seed_changes_it() -> None:
    night = Night(links=MANY)
    request = Request(0, (Sample("name", 20),), seed=1)
    drawn = draw(night.release, request)
    assert len(drawn) == 20
    assert draw(Night(links=MANY[::-1]).release, request) == drawn
    assert draw(night.release, Request(0, (Sample("name", 20),), seed=2)) != drawn
    assert {tier for pairs in drawn.values() for tier in pairs.values()} == {"name"}


def test_a_sample_stands_where_any_record_of_its_feed_might() -> None:
    """By effect, feed and key like the others: a place that breaks the order would give it away."""
    effects = ["live_cover", "other"]
    asked = [("union_coverage", f"C{n}", f"E{n:03d}", "live_cover") for n in range(5)]
    asked += [("hr", f"H{n:03d}X", f"E{n:03d}", effects[n % 2]) for n in range(0, 200, 5)]
    paper = Night(asked, MANY).paper(Request(200, (Sample("name", 40),), seed=3))
    found = keys(paper)
    drawn = {key for key in found if key.startswith("H") and not key.endswith("X")}
    assert len(drawn) == 40
    first = found[: found.index("C0")]
    assert first == sorted(first)
    rest = found[found.index("C4") + 1 :]
    assert rest == sorted(rest)
    assert drawn & set(first), "a draw looks like a record that would move the rate"
    assert drawn & set(rest)


def test_another_content_is_another_question() -> None:
    night = Night([("hr", "H1", "E1", "other")])
    said = night.said()
    before = ask(night.release, said, NOTHING, Request(9))
    moved = Said(said.records.with_columns(address=pl.lit("别处")), said.enterprises)
    after = ask(night.release, moved, NOTHING, Request(9))
    assert before.items[0].questions[0].question_id != after.items[0].questions[0].question_id


# ── what the answers tell ────────────────────────────────────────────────────────────────────────


def said(
    verdict: Verdict, key: str = "H000", by: str = "P:A", enterprise: str | None = None, **more: Any
) -> Judgement:
    one = None if verdict == "none" else enterprise or f"E{key[1:]}"
    return Judgement("hr", key, verdict, by, enterprise_id=one, **more)


def scored(*judgements: Judgement, night: Night | None = None) -> Score:
    return score_judgements(judgements, (night or Night(links=MANY)).release)


def test_judges_agree_where_all_of_them_say_the_same_of_a_pair() -> None:
    found = scored(
        said("same"), said("same", by="P:B"),
        said("same", "H001"), said("different", "H001", by="P:B"),
        said("different", "H002"), said("none", "H002", by="P:B"),
        said("same", "H003"), said("unsure", "H003", by="P:B"),
        said("same", "H004"),
    ).agreement  # fmt: skip
    assert (found.n_yes, found.n) == (2, 3)


def test_precision_rests_on_what_was_drawn_at_random_alone() -> None:
    (name,) = scored(
        said("same", drawn="name"),
        said("same", "H001", drawn="name"),
        said("different", "H001", by="P:B", drawn="name"),
        said("none", "H002", drawn="name"),
        said("unsure", "H003", drawn="name"),
        said("same", "H004"),
    ).tiers
    assert (name.n_linked, name.right.n_yes, name.right.n) == (300, 1, 3)


def test_a_withdrawn_answer_tells_nothing() -> None:
    taken_back = Withdrawal("P:A", "", KNOWN_AT)
    found = scored(said("different", drawn="name", withdrawal=taken_back), said("same", "H001", drawn="name"))
    assert (found.n_judged, found.n_withdrawn) == (1, 1)
    assert found.tiers[0].right.share == 1.0


def test_recall_weighs_the_tiers_by_what_they_link_and_the_missed_by_the_unmatched() -> None:
    pairs = [("hr", f"X{n:02d}", f"E{n:03d}", "other") for n in range(100)]
    night = Night(pairs, MANY, [*(pair[:2] for pair in pairs), ("hr", "NOBODY")])
    answers = [said("same", f"H{n:03d}", drawn="name") for n in range(10)]
    answers += [said("different", f"X{n:02d}", enterprise="E", drawn="unmatched") for n in range(8)]
    answers += [said("same", f"X{n:02d}", enterprise="E", drawn="unmatched") for n in (8, 9)]
    recall = scored(*answers, night=night).recall
    assert (recall.missed.n_yes, recall.missed.n, recall.n_unmatched) == (2, 10, 100)
    assert recall.share == pytest.approx(300 / (300 + 100 * 0.2))
    assert recall.low is not None and recall.high is not None and recall.share is not None
    assert recall.low < recall.share < recall.high
    assert recall.n_without_candidates == 1


def test_without_a_draw_from_the_unmatched_recall_is_not_guessed() -> None:
    found = scored(said("same", drawn="name"))
    assert found.recall.share is None
    assert "--sample unmatched:50" in found.text("zh")
    assert found.as_dict()["recall"]["share"] is None
