"""Labelled cases as data, and how an answer to one is judged.

Three files, one case a row, each with a strength: ``strong`` (a miss fails the build), ``weak`` (as many must
pass as ``floors.csv`` says) and ``hope`` (reported only). ``source`` is ``invented`` or ``apache-2.0 list``:
company-name-match on GitHub, whose pairs and securities' full names may be carried with their source.
No case is drawn from a registry extract.
"""

import csv
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.labelled import adapter

HERE = Path(__file__).parent
KINDS = ("pairs", "unions", "names")
STRENGTHS = ("strong", "weak", "hope")
VERDICTS = ("same", "different", "unsure")
SOURCES = ("invented", "apache-2.0 list")
PARTS = ("region", "brand", "trade", "form", "branch")
NOT_ASKED = "*"
"""In a part of ``names.csv``: reasonable people differ, so no answer is asked for."""

Case = dict[str, str]
Probability = Callable[[dict[str, str | None], dict[str, str | None]], float]
Parse = Callable[[str], dict[str, str]]
UnionHost = Callable[[str], str | None]


@dataclass(frozen=True)
class Answer:
    """What the engine said of one case, in words, and whether that will do."""

    case: Case
    said: str
    wanted: str
    passed: bool

    def line(self) -> str:
        """For a person: the case, what was wanted, what came."""
        subject = self.case.get("record_name") or self.case.get("union_name") or self.case["name"]
        against = f" ↔ {self.case['enterprise_name']}" if "enterprise_name" in self.case else ""
        return (
            f"{self.case['id']} [{self.case['group']}] {subject}{against} "
            f"({self.case['shows']}): 应为 wanted {self.wanted}; 得 got {self.said}"
        )


def read(kind: str) -> list[Case]:
    """The cases of one file, in its order."""
    with (HERE / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def floors() -> dict[str, int]:
    """Per kind: how many weak cases must pass."""
    with (HERE / "floors.csv").open(encoding="utf-8", newline="") as file:
        return {row["kind"]: int(row["weak_passing_at_least"]) for row in csv.DictReader(file)}


def folded(text: str | None) -> str:
    """Width, brackets and blanks folded away: how a part of a name is compared."""
    plain = unicodedata.normalize("NFKC", text or "")
    return "".join(character for character in plain if not character.isspace() and character not in "()")


def judge_pair(case: Case, probability: Probability) -> Answer:
    """same: linked unasked; different: rather two than one; unsure: to a person, never linked."""
    p = probability(
        {
            "name": case["record_name"],
            "address": case["record_address"] or None,
            "office": case["record_office"] or None,
        },
        {"name": case["enterprise_name"], "address": case["enterprise_address"] or None},
    )
    passed = {
        "same": p >= adapter.LINK_AT,
        "different": p < 0.5,
        "unsure": adapter.REVIEW_AT <= p < adapter.LINK_AT,
    }[case["verdict"]]
    return Answer(case, f"{p:.4f}", case["verdict"], passed)


def judge_union(case: Case, union_host: UnionHost) -> Answer:
    """The unit inside the union's name, or none."""
    host = union_host(case["union_name"])
    return Answer(case, host or "—", case["host"] or "—", folded(host) == folded(case["host"]))


def judge_name(case: Case, parse: Parse) -> Answer:
    """Every part that is asked for."""
    parts = parse(case["name"])
    asked = [part for part in PARTS if case[part] != NOT_ASKED]
    return Answer(
        case,
        "·".join(parts.get(part, "") for part in asked),
        "·".join(case[part] for part in asked),
        all(folded(parts.get(part)) == folded(case[part]) for part in asked),
    )


def judge(kind: str) -> list[Answer]:
    """The engine's answers to all cases of a kind; NotImplementedError while there is no engine."""
    cases = read(kind)
    if kind == "pairs":
        return [judge_pair(case, adapter.probability) for case in cases]
    if kind == "unions":
        return [judge_union(case, adapter.union_host) for case in cases]
    return [judge_name(case, adapter.parse) for case in cases]


def of_strength(answers: Iterable[Answer], strength: str) -> list[Answer]:
    """Those of one strength, in order."""
    return [answer for answer in answers if answer.case["strength"] == strength]
