"""The sections of a report in the order of the bulletin. A new one is a module and a line here."""

from jianhui.publish.report.section import Plan
from jianhui.publish.report.sections import cadres, network, quality, targets, terms

PLANS: tuple[Plan, ...] = (
    *quality.PLANS,
    *cadres.PLANS,
    terms.PLAN,
    *network.PLANS,
    *targets.PLANS,
)
