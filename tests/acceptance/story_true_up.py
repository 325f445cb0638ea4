"""The chapter of the true-up: final quantities, what is given on top, taken back, and owed.

It follows the initial allocation: one firm gets more, one gives some back, and one has sold what it
should give back; it owes that, and gives it back when it has bought it again.
"""

from datetime import timedelta

from steppe.models import AllocationPlan, ApprovalReceipt, PlanRow
from tests.acceptance.story import DOCUMENT, Story
from tests.acceptance.story_allocation import ASSET, GIVEN, OBJECTION_DAYS, TOTAL

FINAL = {"baotou-steel": 1_047_500, "ordos-methanol": 440_000, "hohhot-power": 500_000}
KEPT = 1_000
OWED = GIVEN["hohhot-power"] - FINAL["hohhot-power"] - KEPT
PRICE = "90.00"
ORDER_MAX = 99_999


class TrueUp:
    """Told by two regulators and three firms, over the plan that was issued in advance."""

    def __init__(self, story: Story, series: AllocationPlan) -> None:
        self._story = story
        self._series = series
        self._first, self._second = story.as_("regulator"), story.as_("regulator-2")

    def play(self) -> None:
        self.sell()
        self.true_up()
        self.owe()

    def sell(self) -> None:
        """A power plant sells nearly all that it was given in advance."""
        self._story.tell("true-up: from what was given in advance to final quantities")
        self._story.as_("operator").list_instrument(
            code=ASSET, asset=ASSET, title_zh=ASSET, title_en=ASSET, reference_price=PRICE
        )
        quantity = GIVEN["hohhot-power"] - KEPT
        self._story.as_("clearing").deposit_cash(
            ledger="carbon",
            participant_id=self._story.member("baotou-steel"),
            amount=quantity * 100,
            reference=DOCUMENT,
        )
        self._trade("hohhot-power", "baotou-steel", quantity)
        self._story.check("the plant has kept", self._held("hohhot-power"), KEPT)

    def true_up(self) -> None:
        """The second phase of the same series states what each firm is to have in the end."""
        plan = self._first.create_plan(
            asset=ASSET,
            method="fixed",
            vintage="2026",
            series=self._series.plan_id,
            phase=2,
            document=DOCUMENT,
        )
        rows = [
            PlanRow(entity=name, participant_id=self._story.member(name), quantity=quantity)
            for name, quantity in FINAL.items()
        ]
        self._first.replace_plan_rows(plan.plan_id, rows=rows, version=1)
        until = self._first.time().local_date + timedelta(days=OBJECTION_DAYS)
        self._first.publish_plan(plan.plan_id, objections_until=until, document=DOCUMENT)
        self._story.until(9, 35, days=OBJECTION_DAYS + 1)
        self._agree(self._first.true_up_plan(plan.plan_id, document=DOCUMENT))
        found = {one.entity: one for one in self._first.true_up_entries(plan.plan_id).items}
        self._story.check("given on top", found["baotou-steel"].issued, 10_000)
        self._story.check("taken back", found["ordos-methanol"].taken, 8_000)
        plant = found["hohhot-power"]
        self._story.check("taken, and owed", (plant.taken, plant.claimed), (KEPT, OWED))
        self._story.refused(
            "the same again",
            "plan_already_issued",
            lambda: self._first.true_up_plan(plan.plan_id, document=DOCUMENT),
        )

    def owe(self) -> None:
        """What was sold is owed; bought again, it is given back, and the books agree."""
        (claim,) = self._story.as_("hohhot-power").claims(is_open=True).items
        self._story.check("still to come", claim.remaining, OWED)
        self._trade("baotou-steel", "hohhot-power", OWED)
        self._story.until(9, 35, days=1)
        self._story.check("open claims", self._first.claims(is_open=True).items, ())
        (total,) = self._first.control_totals(asset=ASSET).items
        self._story.check("given in the end", total.allocated, sum(FINAL.values()))
        self._story.check("left to give", total.headroom, TOTAL - sum(FINAL.values()))

    def _trade(self, seller: str, buyer: str, quantity: int) -> None:
        self._story.until_open()
        for start in range(0, quantity, ORDER_MAX):
            size = min(ORDER_MAX, quantity - start)
            terms = {"instrument": ASSET, "quantity": size, "price": PRICE}
            self._story.as_(seller).place_order(side="sell", **terms)
            bought = self._story.as_(buyer).place_order(side="buy", **terms)
            assert bought.status == "filled"
        self._story.tell(f"   {seller} sells {quantity} t to {buyer}")

    def _held(self, name: str) -> object:
        return sum(self._story.available(name, ASSET))

    def _agree(self, asked: ApprovalReceipt) -> None:
        self._second.approve_request(asked.approval_id, command_hash=asked.command_hash)
