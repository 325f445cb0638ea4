"""The part of the workload that is about water years, savings and transfers between leagues.

Every ledger has an asset `FLOW` whose totals follow a ratio, so that all of it happens everywhere.
"""

from collections.abc import Iterator
from random import Random

from exchange.core import commands as c
from exchange.core.approvals.commands import ApproveRequest
from exchange.core.crossing.commands import ApproveCrossRegion
from exchange.core.rules import Rule, RuleKind
from exchange.core.state import State
from exchange.core.totals.commands import SetAside
from exchange.core.types import AccountType, Day
from exchange.core.units import NUMBER_MAX
from exchange.core.water.commands import RecordOveruse, SetInflowRatio, VerifySaving
from exchange.core.water.years import running
from tests.support.builders import asking, rule

REGION, BAOTOU, ORDOS = "150000", "150200", "150600"
FLOW = "FLOW"
QUOTA = 10**6
GIVER, TAKER = 7, 8


class WaterActs:
    """Acts on `FLOW`, sensible or not."""

    ledger: str
    random: Random
    state: State

    @property
    def flow(self) -> int:
        return self.state.asset_codes.get(FLOW, 1)

    def opening_water(self, scale: int) -> Iterator[c.AnyCommand]:
        """Do everything once: a ratio, overuse, a saving, and units to another league."""
        yield c.DefineAsset(FLOW, FLOW, "m3", scale, "水", "water", "2026", "", "")
        yield c.ActivateRules(tuple(self._figures()), "water")
        yield c.AuthoriseIssuance(self.flow, 1_000, "before the ratio")
        yield c.IssueUnits(self.flow, GIVER, 1_000, "2026", "", "", Day(0), Day(0), Day(0), "well")
        year = running(self.state)
        yield from self.agreed(SetInflowRatio(self.flow, year, 900_000, "plan"))
        yield from self.agreed(RecordOveruse(ORDOS, year - 1, 1_000, "notice"))
        yield from self.agreed(SetInflowRatio(self.flow, year, 800_000, "later plan"))
        yield from self.agreed(VerifySaving(self.flow, BAOTOU, "district", 3_000, "verified"))
        yield asking(VerifySaving(self.flow, BAOTOU, "district", 1, "verified again"))
        yield self._moving(ORDOS)
        yield from self.agreed(ApproveCrossRegion(self.flow, GIVER, TAKER, 600, "approved"))
        yield self._crossing(100, pending=False)
        yield self._crossing(50, pending=True)
        yield c.VoidTransfer(GIVER, self.state.last_transfer)
        yield self._moving(BAOTOU)

    def _figures(self) -> Iterator[Rule]:
        names, number = RuleKind.NAMES, RuleKind.INTEGER
        yield rule(f"{self.ledger}.totals.quota", number, str(2 * QUOTA))
        yield rule(f"{self.ledger}.totals.quota.{BAOTOU}", number, str(QUOTA))
        yield rule(f"{self.ledger}.totals.quota.{ORDOS}", number, str(QUOTA))
        ratio, result = "input ratio 1 6", "result = floor(quota * ratio, 0)"
        league = (f"text league {BAOTOU} {ORDOS}", ratio, "param quota totals.quota by league")
        method = f"{self.ledger}.allocation.formula"
        yield rule(f"{method}.league", RuleKind.FORMULA, *league, result)
        yield rule(f"{method}.annual", RuleKind.FORMULA, "input quota m3 0", ratio, result)
        yield rule(f"{self.ledger}.saving.coefficient", RuleKind.FRACTION, "2/3")
        yield rule(f"{self.ledger}.water_year.deficit_factor", number, "2")
        yield rule(f"{self.ledger}.totals.pots_by_act", names, "saved")
        yield rule(f"{self.ledger}.eligibility.counterparties.{FLOW}", names, "region")

    def agreed(self, act: c.AnyCommand) -> Iterator[c.AnyCommand]:
        """Have an act asked for and approved at once."""
        yield asking(act)
        number = self.state.approvals.last
        waiting = self.state.approvals.pending.get(number)
        if waiting is not None:
            told, owner = waiting.command_hash, waiting.participant_id
            yield ApproveRequest(owner, 2, number, told, waiting.kind)

    def _moving(self, region: str) -> c.AdmitParticipant:
        kind = AccountType.COMPLIANCE_ENTITY
        return c.AdmitParticipant(TAKER, kind, region, "yellow_river", "cement", 0, "moved")

    def _crossing(self, quantity: int, *, pending: bool) -> c.CreateTransfer:
        giver, taker = (self.state.participants[one] for one in (GIVER, TAKER))
        debit, credit = giver.holdings.get(self.flow), taker.holdings.get(self.flow)
        legs = ()
        if debit is not None and credit is not None:
            legs = (c.TransferLeg(debit.account_id, credit.account_id, quantity, 0),)
        return c.CreateTransfer(GIVER, legs, pending, "contract")

    def water_act(self) -> c.AnyCommand:
        """Ask for something about water, or send units to another league."""
        random = self.random
        place = random.choice((BAOTOU, BAOTOU, ORDOS, "elsewhere"))
        kind = random.randrange(7)
        if kind == 0:
            year = running(self.state) + random.choice((-1, 0, 0, 0, 1, 2))
            ppm = random.choice((0, 500_000, 750_000, 800_000, 900_000, 950_000, NUMBER_MAX))
            return asking(SetInflowRatio(self.flow, year, ppm, "plan"))
        if kind == 1:
            year = running(self.state) - random.choice((0, 1, 1, 2))
            return asking(RecordOveruse(place, year, random.randrange(900), "notice"))
        if kind == 2:
            district = f"district {random.randrange(3)}"
            quantity = random.choice((1, 10, 1_000, QUOTA * 2))
            return asking(VerifySaving(self.flow, place, district, quantity, "verified"))
        if kind == 3:
            return asking(SetAside(self.flow, BAOTOU, "saved", random.randrange(-9, 9), "aside"))
        if kind == 4:
            ways = (GIVER, TAKER) if random.random() < 0.7 else (TAKER, 9)
            quantity = random.randrange(-1, 90)
            return asking(ApproveCrossRegion(self.flow, *ways, quantity, "approved"))
        return self._crossing(random.randrange(90), pending=random.random() < 0.5)
