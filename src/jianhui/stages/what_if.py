"""What if: the same night under other rules. Both results and the difference; nothing is published."""

from dataclasses import replace
from pathlib import Path

from jianhui.publish.compare import Comparison, Side, compare
from jianhui.publish.compare_cells import Step
from jianhui.publish.digests import provenance
from jianhui.publish.other_rules import read_other_rules
from jianhui.publish.release_index import CURRENT
from jianhui.publish.rules import kept_policy
from jianhui.publish.rules_in_force import with_rules
from jianhui.stages.as_of import source
from jianhui.stages.context import NOW, AsOf, Context, When
from jianhui.stages.publishing import Progress, silent
from jianhui.stages.scenario import Scenario, built


def what_if(
    context: Context,
    policy: Path,
    name: str = CURRENT,
    when: When = NOW,
    *,
    progress: Progress = silent,
) -> Comparison:
    """Release ``name`` against the same under the rules of the file ``policy``, which replace its own.

    ``when``: its day as known otherwise, or another day, instead of it as published. Both sides are built by
    today's code, so that nothing but the rules differs. Raises ``UsageError`` for an unknown release and for
    a file that is not right (line and field named).
    """
    release = source(context, name, when, progress=progress)
    manifest = release.manifest
    notes: list[tuple[str, str]] = []
    seeds = kept_policy(context.settings, manifest["policy_digest"])
    if seeds is None:
        seeds = context.settings.dbt_project / "seeds"
        notes.append(
            (
                "发布当时的规则没有留存，以现行规则为准",
                "the release's own rules were not kept: today's stand for them",
            )
        )
    if manifest["code"]["digest"] != provenance(context.settings).code_digest:
        notes.append(
            (
                "程序在发布之后有变化，对照一方为现行程序重算的结果",
                "the code changed since: the release is rebuilt by today's",
            )
        )
    other = read_other_rules(policy, seeds, release.valid_on)
    as_of = AsOf(release.valid_on, release.known_at)
    own = Scenario(as_of, release.kind, seeds)
    before = built(context, own, progress=progress)
    changed = with_rules(context.settings, seeds, dict(other.files))
    after = built(context, replace(own, policy=changed), progress=progress)
    a = Side(release.release_id, release.kind, release.valid_on, release.known_at)
    b = replace(a, name=f"what-if {policy.name}", label=f"按《{policy.name}》试算")
    told = [(f"改动：{one}", f"changed: {one}") for one in other.told]
    step = Step("policy", before.folder, after.folder, release.valid_on, release.valid_on)
    return compare(a, b, [step], [*notes, *told])
