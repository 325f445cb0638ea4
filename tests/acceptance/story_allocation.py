"""The chapter of initial allocation: a total, a plan under it, two people, and what firms see.

Seventy percent of the previous year's verified emissions are given in advance, as a plan whose rows
are read from a file and calculated by the rulebook's formula.
"""

import time
from datetime import timedelta

import steppe
from steppe.allocation_check import recompute_allocation
from steppe.models import AllocationPlan, ApprovalReceipt, PlanFile, PlanImport, PlanRow
from tests.acceptance.story import DOCUMENT, Story

ASSET, TOTAL = "CEA26-PRE", 2_000_000
VERIFIED = {"baotou-steel": 1_482_143, "ordos-methanol": 640_001, "hohhot-power": 720_000}
GIVEN = {"baotou-steel": 1_037_500, "ordos-methanol": 448_000, "hohhot-power": 504_000}
WRONG_YEAR = (2, "year", "year_mismatch")
OBJECTION_DAYS = 7
IMPORT_S_MAX = 60


class Allocation:
    """Told by two regulators and three firms."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._first, self._second = story.as_("regulator"), story.as_("regulator-2")

    def play(self) -> AllocationPlan:
        """Return the plan that was issued."""
        self.set_the_total()
        plan = self.draft()
        self.publish(plan)
        self.issue(plan)
        self.ask_for_more_than_is_left()
        return plan

    def set_the_total(self) -> None:
        """Nothing of consequence is done by one person."""
        self._story.tell(f"initial allocation: a total of {TOTAL} t, set by two")
        self._first.define_asset(
            ledger="carbon",
            code=ASSET,
            kind="CEA",
            unit="tCO2e",
            scale=0,
            title_zh="预分配配额",
            title_en="pre-allocated allowance",
            vintage="2026",
        )
        asked = self._first.set_control_total(
            asset=ASSET, place="", quantity=TOTAL, document=DOCUMENT
        )
        self._story.refused(
            "approving one's own request",
            "approval_own_request",
            lambda: self._approve(self._first, asked),
        )
        self._approve(self._second, asked)
        self._story.check("left to give", self._headroom(), TOTAL)

    def draft(self) -> AllocationPlan:
        """A file names the firms and what they emitted; the formula says what they get."""
        plan = self._first.create_plan(
            asset=ASSET,
            method="previous_share",
            vintage="2026",
            activity_year=2025,
            document=DOCUMENT,
        )
        wrong = self._read_in(plan, year=2024)
        fault = wrong.errors[0]
        self._story.check("a file of another year", wrong.status, "failed")
        self._story.check("what is wrong", (fault.row, fault.column, fault.code), WRONG_YEAR)
        right = self._read_in(plan, year=2025)
        self._story.check("rows read in", right.rows_read, len(VERIFIED))
        made = self._first.calculate_plan(plan.plan_id, version=2)
        self._story.check("calculated for all", made.quantity, sum(GIVEN.values()))
        return plan

    def _read_in(self, plan: AllocationPlan, *, year: int) -> PlanImport:
        lines = ["entity,participant,year,previous_year,share"]
        for name, verified in VERIFIED.items():
            lines.append(f"{name},{self._story.member(name)},{year},{verified},0.7")
        file = PlanFile("\n".join(lines).encode())
        done = self._first.import_plan_rows(plan.plan_id, file, version=1)
        until = time.monotonic() + IMPORT_S_MAX
        while done.status == "running" and time.monotonic() < until:
            time.sleep(0.05)
            done = self._first.plan_import(plan.plan_id, done.import_id)
        return done

    def publish(self, plan: AllocationPlan) -> None:
        """Every firm can compute its own figure again, and object."""
        until = self._first.time().local_date + timedelta(days=OBJECTION_DAYS)
        self._first.publish_plan(plan.plan_id, objections_until=until, document=DOCUMENT)
        for name, given in GIVEN.items():
            own = self._story.as_(name).plan_calculation(plan.plan_id, name)
            self._story.check(f"{name} is to get", own.quantity, given)
            self._story.check("computed again", recompute_allocation(own).agrees, True)
        name = "ordos-methanol"
        filed = self._story.as_(name).file_objection(plan.plan_id, entity=name, text="产量有误")
        self._story.refused(
            "issuing before the deadline",
            "objection_deadline_open",
            lambda: self._first.issue_plan(plan.plan_id, document=DOCUMENT),
        )
        self._story.until(9, 35, days=OBJECTION_DAYS + 1)
        self._story.refused(
            "issuing over an objection",
            "objection_undecided",
            lambda: self._first.issue_plan(plan.plan_id, document=DOCUMENT),
        )
        self._first.decide_objection(
            filed.objection_id, outcome="dismissed", text="核查报告无误", document=DOCUMENT
        )

    def issue(self, plan: AllocationPlan) -> None:
        """One asks, another approves the very bytes, and all have their lots in one step."""
        asked = self._first.issue_plan(plan.plan_id, document=DOCUMENT)
        self._approve(self._second, asked)
        for name, given in GIVEN.items():
            self._story.check(f"{name} may sell", self._story.available(name, ASSET)[0], given)
        made = self._story.as_("hohhot-power").plan_certificate(plan.plan_id, "hohhot-power")
        self._story.check("certificate", made.own_hash(), made.certificate_hash)
        self._story.check("left to give", self._headroom(), TOTAL - sum(GIVEN.values()))

    def ask_for_more_than_is_left(self) -> None:
        """The total is a hard limit: one tonne over it is refused, with the figures."""
        left = TOTAL - sum(GIVEN.values())
        plan = self._first.create_plan(
            asset=ASSET, method="fixed", vintage="2026", document=DOCUMENT
        )
        row = PlanRow(
            entity="late", participant_id=self._story.member("hohhot-power"), quantity=left + 1
        )
        self._first.replace_plan_rows(plan.plan_id, rows=[row], version=1)
        until = self._first.time().local_date + timedelta(days=OBJECTION_DAYS)
        self._first.publish_plan(plan.plan_id, objections_until=until, document=DOCUMENT)
        self._story.until(9, 35, days=OBJECTION_DAYS + 1)
        over = self._story.refused(
            "one tonne more than is left",
            "headroom_insufficient",
            lambda: self._first.issue_plan(plan.plan_id, document=DOCUMENT),
        )
        asked = (over.figures["requested"], over.figures["headroom"])
        self._story.check("asked for, and left", asked, (str(left + 1), str(left)))

    def _approve(self, client: steppe.Client, asked: ApprovalReceipt) -> None:
        client.approve_request(asked.approval_id, command_hash=asked.command_hash)

    def _headroom(self) -> object:
        (total,) = self._first.control_totals(asset=ASSET).items
        return total.headroom
