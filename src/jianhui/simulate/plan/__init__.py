"""The work plan's own lists in a simulated city: what they say when (``post``), what is read of them
(``reading``), and the truth of the marts made of them, section by section.

A further section is a module with a ``Section`` and a line in ``SECTIONS``.
"""

from collections.abc import Mapping

from jianhui.simulate.plan.cadres import Cadres
from jianhui.simulate.plan.congress import Congress
from jianhui.simulate.plan.elections import Elections
from jianhui.simulate.plan.feeds import PlanFeed
from jianhui.simulate.plan.linkage import Linkage
from jianhui.simulate.plan.membership import Membership
from jianhui.simulate.plan.milestones import Milestones
from jianhui.simulate.plan.network import Network
from jianhui.simulate.plan.quality import Quality
from jianhui.simulate.plan.reviews import Reviews
from jianhui.simulate.plan.section import Section
from jianhui.simulate.plan.targets import Targets
from jianhui.simulate.plan.terms import Terms

SECTIONS: tuple[Section, ...] = (
    # terms and elections, founding quality, reviews of chairs
    Milestones(),
    Elections(),
    Terms(),
    Quality(),
    Reviews(),
    # cadres, training, congress, townships
    Cadres(),
    Congress(),
    Network(),
    # targets, assessment, members
    Linkage(),
    Membership(),
    Targets(),
)

PLAN_FEEDS: Mapping[str, PlanFeed] = {
    name: feed for section in SECTIONS for name, feed in section.feeds.items()
}
