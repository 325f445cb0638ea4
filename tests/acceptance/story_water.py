"""The chapter of water: 5.86 billion m3 by league, a dry year, and what Hetao saves (case 35)."""

from datetime import timedelta
from decimal import Decimal

from steppe.models import ApprovalReceipt, ControlTotal, PlanRow
from tests.acceptance.story import DOCUMENT, Story
from tests.acceptance.story_allocation import OBJECTION_DAYS

ASSET, YEAR = "WATER-2026", 2026
REGION, BAYANNUR, ORDOS = "150000", "150800", "150600"
QUOTA, DRY = 4_000_000_000, "0.9"
POTENTIAL, TRADABLE, TOO_MUCH = 1_107_130_000, 738_086_666, 740_000_000


class Water:
    """Told by two regulators, over the quotas of the rulebook."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._first, self._second = story.as_("regulator"), story.as_("regulator-2")

    def play(self) -> None:
        self.share_the_year()
        self.save()
        self.give_what_is_saved()

    def share_the_year(self) -> None:
        """All leagues get the same part of their quotas; in a dry year that is less."""
        self._story.tell(f"water: the quotas of the leagues in the year {YEAR}")
        self._first.define_asset(
            ledger="water",
            code=ASSET,
            kind="WATER",
            unit="m3",
            scale=0,
            title_zh="2026年度水量",
            title_en="water of 2026",
            vintage="2026",
        )
        for ratio in ("1", DRY):
            asked = self._first.set_inflow_ratio(YEAR, asset=ASSET, ratio=ratio, document=DOCUMENT)
            self._agree(asked)
            share = int(QUOTA * Decimal(ratio))
            self._story.check(f"Bayannur at {ratio}", self._place(BAYANNUR).quantity, share)
        (region,) = (one for one in self._totals() if one.place == REGION)
        leagues = sum(one.quantity for one in self._totals() if one.parent == REGION)
        self._story.check("the leagues have no more than all", leagues <= region.quantity, True)

    def save(self) -> None:
        """Two thirds of what a district can save may be traded, to the cubic metre."""
        self._agree(
            self._first.verify_saving(
                asset=ASSET,
                place=BAYANNUR,
                district="河套灌区",
                potential=POTENTIAL,
                document=DOCUMENT,
            )
        )
        (saving,) = self._first.water_savings(asset=ASSET).items
        self._story.check(f"of {POTENTIAL} m3 saved may be traded", saving.tradable, TRADABLE)

    def give_what_is_saved(self) -> None:
        """What is saved in one league is given to a firm of another; the totals move along."""
        too_much, plan_id = (self._publish(quantity) for quantity in (TOO_MUCH, TRADABLE))
        self._story.until(9, 35, days=OBJECTION_DAYS + 1)
        over = self._story.refused(
            f"giving {TOO_MUCH} m3",
            "pot_insufficient",
            lambda: self._first.issue_plan(too_much, document=DOCUMENT),
        )
        self._story.check("there are", over.figures["available"], str(TRADABLE))
        self._agree(self._first.issue_plan(plan_id, document=DOCUMENT))
        self._story.check("given in Ordos", self._place(ORDOS).allocated, TRADABLE)
        self._story.check("set aside in Bayannur", self._place(BAYANNUR).set_aside, 0)

    def _publish(self, quantity: int) -> str:
        plan = self._first.create_plan(
            asset=ASSET,
            method="fixed",
            vintage="2026",
            pot=f"{BAYANNUR}:saved",
            document=DOCUMENT,
        )
        firm = self._story.member("ordos-methanol")
        row = PlanRow(entity="ordos", participant_id=firm, quantity=quantity)
        self._first.replace_plan_rows(plan.plan_id, rows=[row], version=1)
        until = self._first.time().local_date + timedelta(days=OBJECTION_DAYS)
        self._first.publish_plan(plan.plan_id, objections_until=until, document=DOCUMENT)
        return plan.plan_id

    def _totals(self) -> tuple[ControlTotal, ...]:
        return self._first.control_totals(asset=ASSET).items

    def _place(self, place: str) -> ControlTotal:
        (found,) = (one for one in self._totals() if one.place == place)
        return found

    def _agree(self, asked: ApprovalReceipt) -> None:
        self._second.approve_request(asked.approval_id, command_hash=asked.command_hash)
