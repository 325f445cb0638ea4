"""The chapter of energy budgets: a new project covers what it must (case 30), a league is in red.

A = 100,000 tce, B = 0.3, C = 1.2 against an average of 0.8: 45,000 tce, to the tonne.
"""

from steppe.models import ApprovalReceipt
from tests.acceptance.story import DOCUMENT, Story

ASSET, PRICE = "TCE-BUDGETS", "100.00"
REGION, BAOTOU, ORDOS = "150000", "150200", "150600"
TOTALS = {REGION: 1_000_000, BAOTOU: 400_000, ORDOS: 300_000}
FIRM, ORDOS_FIRM = "baotou-aluminium", "ordos-methanol"
ENERGY, HELD, OBLIGATION = 100_000, 50_000, 45_000
INPUTS = {"coal": "0", "B": "0.3", "C": "1.2", "average": "0.8"}


class Budgets:
    """Told by two regulators and firms of two leagues."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._first, self._second = story.as_("regulator"), story.as_("regulator-2")

    def play(self) -> None:
        self.set_the_totals()
        self.start_a_project()
        self.turn_red()

    def set_the_totals(self) -> None:
        self._story.tell("energy: the budgets of two leagues and of a new project")
        self._first.define_asset(
            ledger="energy",
            code=ASSET,
            kind="TCE",
            unit="tce",
            scale=0,
            title_zh="用能权",
            title_en="energy use",
            vintage="2026",
        )
        self._first.authorise_issuance(ASSET, quantity=HELD, document=DOCUMENT)
        self._first.issue_units(
            ASSET, participant_id=self._story.member(FIRM), quantity=HELD, source=DOCUMENT
        )
        for place, total in TOTALS.items():
            self._agree(
                self._first.set_control_total(
                    asset=ASSET, place=place, quantity=total, document=DOCUMENT
                )
            )
        self._story.as_("operator").list_instrument(
            code=ASSET, asset=ASSET, title_zh=ASSET, title_en=ASSET, reference_price=PRICE
        )

    def start_a_project(self) -> None:
        """Nobody starts before what the formula asks for is delivered."""
        firm = self._story.as_(FIRM)
        self._agree(
            self._first.register_project(
                participant_id=self._story.member(FIRM),
                asset=ASSET,
                place=BAOTOU,
                code="ALU-26",
                energy=ENERGY,
                intensity="1.2",
                new=True,
                inputs=INPUTS,
                document=DOCUMENT,
            )
        )
        (project,) = firm.projects(asset=ASSET).items
        assert project.obligation is not None
        self._story.check("to be covered", project.obligation.quantity, OBLIGATION)
        firm.cover_obligation(project.project_id, quantity=OBLIGATION - 1)
        early = self._story.refused(
            "starting one tonne short",
            "obligation_uncovered",
            lambda: firm.start_project(project.project_id),
        )
        self._story.check("still to be covered", early.figures["outstanding"], "1")
        firm.cover_obligation(project.project_id, quantity=1)
        started = firm.start_project(project.project_id)
        self._story.check("the project", started.stage, "started")
        (place,) = self._first.control_totals(asset=ASSET, place=BAOTOU).items
        self._story.check("budgets of Baotou", place.budgets, ENERGY)

    def turn_red(self) -> None:
        """Into a league that misses a binding target no unit comes any more."""
        self._story.until_open()
        buyer = self._story.as_(ORDOS_FIRM)
        bid = {"instrument": ASSET, "side": "buy", "quantity": 5, "price": PRICE}
        resting = buyer.place_order(**bid)
        self._tell_target(TOTALS[ORDOS] + 1)
        self._story.check("its resting bid", buyer.order(resting.order_id).status, "cancelled")
        red = self._story.refused("a new bid", "target_in_red", lambda: buyer.place_order(**bid))
        self._story.check(
            "because of", (red.figures["place"], red.figures["period"]), (ORDOS, "2026")
        )
        self._tell_target(TOTALS[ORDOS] - 10_000)
        again = buyer.place_order(**bid)
        self._story.check("a bid after the target is met", again.status, "open")

    def _tell_target(self, value: int) -> None:
        """Have the year's binding total of a league told, against its target."""
        self._agree(
            self._first.set_indicator(
                ledger="energy",
                kind="TCE",
                place=ORDOS,
                name="total",
                period="2026",
                binding=True,
                target=TOTALS[ORDOS],
                value=value,
                unit="tce",
                data_source="统计局",
                document=DOCUMENT,
            )
        )

    def _agree(self, asked: ApprovalReceipt) -> None:
        self._second.approve_request(asked.approval_id, command_hash=asked.command_hash)
