"""From one release to another in steps that differ in one thing each (ADR 0012), and what each step did.

The path: A as published → with today's code → under B's rules → with B's link model → with the judgements
B knew → with the deliveries that corrected what A knew → with everything B knew → on B's day → B as
published. A step whose input did not change is no step. The last one is none either where B was made by
today's code: then it must come out as published, or the difference is told as the code's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from jianhui.core.policy import load_policy
from jianhui.log.ledger import LedgerLine
from jianhui.publish.compare import Comparison, Side, compare
from jianhui.publish.compare_cells import Cause, Step
from jianhui.publish.digests import NO_MODEL, Provenance, provenance
from jianhui.publish.release_index import CURRENT, Kind, PublishedRelease, show
from jianhui.publish.rules import kept_model, kept_policy
from jianhui.publish.rules_in_force import rules_in_force_on
from jianhui.publish.states import STATES
from jianhui.stages.as_of import source, view
from jianhui.stages.context import NOW, AsOf, Context, When
from jianhui.stages.publishing import Progress, silent
from jianhui.stages.scenario import Built, Scenario, built

JUDGEMENTS = "judgements"
"""The decision stream of a person's judgements on links."""


@dataclass(frozen=True)
class End:
    """One end of a comparison: a release, or a build that is about to be one.

    ``folder`` holds its ``marts/``; with ``states/`` too it is a build of today's code. None: today's code
    is to make it. ``made_by`` as its manifest has it.
    """

    name: str
    kind: Kind
    as_of: AsOf
    made_by: Provenance
    folder: Path | None

    @property
    def side(self) -> Side:
        """What is told of it."""
        return Side(self.name, self.kind, self.as_of.valid_on, self.as_of.known_at)


def end_of(release: PublishedRelease) -> End:
    """A published release as an end of a comparison."""
    as_of = AsOf(release.valid_on, release.known_at)
    made_by = Provenance.of_manifest(release.manifest)
    return End(release.release_id, release.kind, as_of, made_by, release.folder)


def compare_releases(
    context: Context, a: str, b: str, when: When = NOW, *, progress: Progress = silent
) -> Comparison:
    """Every figure that moved from release ``a`` to release ``b``, by cause.

    ``when``: to that day as known at that moment (of ``b``, else of the kind of ``a``), instead of ``b`` as
    published. Raises ``UsageError`` for an unknown release, ``BuildError``.
    """
    first = show(context.settings, a)
    if b == CURRENT and not when.is_now:
        second = view(context, when, kind=first.kind, progress=progress)
    else:
        second = source(context, b, when, progress=progress)
    return compare_ends(context, end_of(first), end_of(second), progress=progress)


def compare_ends(context: Context, a: End, b: End, *, progress: Progress = silent) -> Comparison:
    """Every figure that moved from ``a`` to ``b``, by cause."""
    path = _Path(context, a, b, progress)
    steps = path.steps()
    return compare(a.side, b.side, steps, path.notes)


class _Path:
    """The steps from A to B; built as they are asked for."""

    def __init__(self, context: Context, a: End, b: End, progress: Progress) -> None:
        self.context = context
        self.a = a
        self.b = b
        self.progress = progress
        self.today = provenance(context.settings)
        self.notes: list[tuple[str, str]] = []
        self._steps: list[Step] = []

    def steps(self) -> list[Step]:
        """The whole path, in the order of ADR 0012."""
        a, b = self.a, self.b
        policy_a = self._policy(a)
        policy_b = self._policy(b)
        model_a, model_b = self._model(a), self._model(b)
        scenario = Scenario(a.as_of, a.kind, policy_a, model_a)
        assert a.folder is not None, "only what is to be published has no folder yet"
        if _is_of_today(a) and not self.notes:  # else its own rules or model cannot be had: a step of its own
            here = a.folder
        else:
            here = self._step("code", a.folder, a.as_of.valid_on, scenario)
            self._tell_code(a)

        if not self._same_rules(policy_a, policy_b):
            rules = rules_in_force_on(self.context.settings, policy_b, b.as_of.valid_on)
            scenario = replace(scenario, policy=rules)
            here = self._step("policy", here, a.as_of.valid_on, scenario)
        if model_a != model_b:
            scenario = replace(scenario, model=model_b)
            here = self._step("linking", here, a.as_of.valid_on, scenario)
        scenario = replace(scenario, as_of=AsOf(a.as_of.valid_on, b.as_of.known_at))
        for cause, keep in self._news():
            scenario = replace(scenario, keep=keep)
            here = self._step(cause, here, a.as_of.valid_on, scenario)
        if b.folder is not None and _is_of_today(b):
            self._steps.append(Step("world", here, b.folder, a.as_of.valid_on, b.as_of.valid_on))
            return self._steps
        self._step("world", here, b.as_of.valid_on, Scenario(b.as_of, b.kind, policy_b, model_b))
        self._last(b)
        return self._steps

    def _step(self, cause: Cause, before: Path, on: date, scenario: Scenario) -> Path:
        after: Built = built(self.context, scenario, progress=self.progress)
        self._steps.append(Step(cause, before, after.folder, self.a.as_of.valid_on, on))
        return after.folder

    def _last(self, b: End) -> None:
        """From B made with today's code to B as published."""
        if b.folder is not None:
            last = self._steps[-1]
            self._steps.append(Step("code", last.after, b.folder, b.as_of.valid_on, b.as_of.valid_on))
            self._tell_code(b)

    def _news(self) -> list[tuple[Cause, Callable[[LedgerLine], bool] | None]]:
        """The kinds of news between what A knew and what B knew, with the lines that count on each step."""
        since, until = self.a.as_of.known_at, self.b.as_of.known_at
        if until < since:
            # B knew less: the news A had and B had not are taken away together.
            return [("late", None)]
        lines = self.context.log.ledger(until)
        known = [line for line in lines if line.recorded_at <= since]
        fresh = [line for line in lines if line.recorded_at > since]
        judged = {line.seq for line in fresh if line.stream == JUDGEMENTS and line.delivery is None}
        spoken = _days_spoken_of(known)
        corrected = {line.seq for line in fresh if _speaks_again(line, spoken, self.context)}
        effective = {line.seq for line in fresh if line.is_effective}

        def only(more: set[int]) -> Callable[[LedgerLine], bool]:
            return lambda line: line.recorded_at <= since or line.seq in more

        found: list[tuple[Cause, Callable[[LedgerLine], bool] | None]] = []
        if judged:
            found.append(("judgement", only(judged)))
        if corrected:
            found.append(("correction", only(judged | corrected)))
        if effective - corrected:
            found.append(("late", None))
        return found

    def _policy(self, end: End) -> Path | None:
        """The rules of an end; today's, with a note, where they were not kept."""
        if end.made_by.policy_digest == self.today.policy_digest:
            return None
        kept = kept_policy(self.context.settings, end.made_by.policy_digest)
        if kept is None:
            self.notes.append(
                (
                    f"{end.name} 的规则没有留存，按现行规则重算；规则的影响计入“程序”。",
                    f"the rules of {end.name} were not kept: rebuilt under today's; what the rules did "
                    "is told as the code's",
                )
            )
        return kept

    def _model(self, end: End) -> Path | None:
        if end.made_by.link_model_digest in (NO_MODEL, self.today.link_model_digest):
            return None
        kept = kept_model(self.context.settings, end.made_by.link_model_digest)
        if kept is None:
            self.notes.append(
                (
                    f"{end.name} 的关联模型没有留存，按现行模型重算；其影响计入“程序”。",
                    f"the link model of {end.name} was not kept: rebuilt with today's; what it did "
                    "is told as the code's",
                )
            )
        return kept

    def _same_rules(self, policy_a: Path | None, policy_b: Path | None) -> bool:
        """Whether the rules in force are the same: those of A on its day, those of B on its own."""
        folders = [folder or self.context.settings.dbt_project / "seeds" for folder in (policy_a, policy_b)]
        days = (self.a.as_of.valid_on, self.b.as_of.valid_on)
        in_force = [
            [
                (rule.rule_key, rule.scope, rule.value, rule.unit)
                for rule in load_policy(folder / "policy_rules.csv")
                if rule.holds_on(day)
            ]
            for folder, day in zip(folders, days, strict=True)
        ]
        others = [_other_seeds(folder) for folder in folders]
        return in_force[0] == in_force[1] and others[0] == others[1]

    def _tell_code(self, end: End) -> None:
        """Say whether an end was made by other code, which cannot be run any more."""
        changed = [
            words
            for words, then, now in (
                (("程序", "code"), end.made_by.code_digest, self.today.code_digest),
                (("依赖库", "dependencies"), end.made_by.dependency_digest, self.today.dependency_digest),
            )
            if then != now
        ]
        if changed:
            zh, en = "、".join(word for word, _ in changed), ", ".join(word for _, word in changed)
            self.notes.append(
                (
                    f"{end.name} 由另一版本的{zh}编制（版本 {end.made_by.code_version}），旧版本不能再运行；"
                    "先用现行程序重算，差异计入“程序”。",
                    f"{end.name} was made by other {en} (version {end.made_by.code_version}), which cannot "
                    "be run any more; it is rebuilt with today's first, and the difference is the code's",
                )
            )


def _is_of_today(end: End) -> bool:
    """Whether it is a build of today's code already, and so a point of the path itself."""
    return end.folder is not None and (end.folder / STATES).is_dir()


def _other_seeds(folder: Path) -> dict[str, bytes]:
    """Every seed but the rules themselves, where their sources stand, and the description of the columns."""
    apart = {"policy_rules.csv", "policy_sources.csv"}
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv")) if path.name not in apart}


def _days_spoken_of(lines: list[LedgerLine]) -> set[tuple[str, date, str]]:
    """Feed, reference date and scope of everything asserted."""
    return {
        (line.stream, line.delivery.reference_on, scope)
        for line in lines
        if line.is_effective and line.delivery is not None and line.delivery.reference_on is not None
        for scope in line.delivery.scopes or ("",)
    }


def _speaks_again(line: LedgerLine, spoken: set[tuple[str, date, str]], context: Context) -> bool:
    """Whether a delivery tells anew of a day its feed had told of: the agency corrects itself.

    Rows of an append-only feed accumulate: a second list of one day corrects nothing.
    """
    told = line.delivery
    if told is None or not line.is_effective or told.reference_on is None:
        return False
    contract = context.contracts.get(line.stream)
    if contract is not None and contract.absence == "none":
        return False
    return any((line.stream, told.reference_on, scope) in spoken for scope in told.scopes or ("",))
