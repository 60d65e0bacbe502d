"""The counts of one base of the report's scope."""

from jianhui.publish.report.facts import Facts
from jianhui.publish.report.figures import Figure, difference, share

MART = "agg_coverage"


def counts(facts: Facts, base: str) -> dict[str, Figure]:
    """One base of the edition's scope. Shares are held against the target where the base has one."""

    def count(column: str) -> Figure:
        return facts.here(MART, column, base_kind=base)

    n_base, n_covered = count("n_base"), count("n_covered")
    target = facts.target if base == "frozen" else None
    return {
        "企业数": n_base,
        "已建会": n_covered,
        "未建会": difference(n_base, n_covered),
        "建会率": share(n_covered, n_base, target),
        "单独建会": count("n_own"),
        "联合工会覆盖": count("n_joint"),
        "联合会覆盖": count("n_federation"),
        "职工人数不详": count("n_staff_unknown"),
        "失联": count("n_absent"),
    }


def of_base(facts: Facts, base: str) -> tuple[Figure, Figure, Figure]:
    """企业数, 已建会 and 建会率 of a base."""
    found = counts(facts, base)
    return found["企业数"], found["已建会"], found["建会率"]
