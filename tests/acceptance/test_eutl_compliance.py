"""Eighteen published years of verified emissions and surrender, replayed through the core.

Each installation owes what was verified and gives up what it gave up, the oldest debt first; what
is more than it owes meets later years. Its status by our books, A when nothing is missing, is
compared with the registry's code on the rows that have A or B.
"""

from collections import Counter

import pytest

from exchange.core import invariants
from exchange.core.approvals.commands import ApproveRequest
from exchange.core.compliance.duty import missing
from exchange.core.outcomes import Sequenced
from exchange.core.types import AccountType
from tests.acceptance import eutl
from tests.core.allocation_markets import AdmitParticipant
from tests.core.compliance_markets import giving, listing, lot, opening, report, verifying
from tests.support.builders import Market, asking

PLENTY = 10**9
FIRST = 1001
NOT_PUBLISHED = {
    "AT-26": [*range(2005, 2023)],
    "AT-61": [2005, 2006, *range(2008, 2023)],
    "AT-206": [*range(2008, 2013)],
    "AT-202703": [*range(2013, 2023)],
}
"""The file has no figure of what they surrendered; the registry has A."""

POSTPONED = (
    *("AT-200108", "AT-200265", "AT-200433", "AT-201018", "AT-201494", "AT-201525"),
    *("AT-201564", "AT-201641", "AT-202607", "AT-203332", "AT-203383"),
)
"""Aircraft operators, whose emissions of 2013 were due a year later: nothing was due yet."""

DIFFERING = {
    **NOT_PUBLISHED,
    **{name: [2013] for name in POSTPONED},
    "AT-201500": [2012],  # the registry counts from this year on, the file from 2008
    "AT-121": [2014],  # the registry counts 110 t less for 2013, given up in 2015
    "AT-203": [2010],  # the registry counts 60,640 t less than the years add up to, until 2012
}
"""The rows on which we come to another status, by installation: 64 of 3,693."""


class Registry:
    """A ledger in which each installation is a participant with a lot of its own."""

    def __init__(self, installations: list[str]) -> None:
        self.market = Market()
        self.venue = self.market.venue
        self.market.define("EUA", "CEA")
        self.market.authorise(str(PLENTY * len(installations)))
        self.members = {name: number for number, name in enumerate(installations, FIRST)}
        self.over: Counter[str] = Counter()
        self.owing: dict[str, list[int]] = {name: [] for name in installations}
        for number in self.members.values():
            kind = AccountType.COMPLIANCE_ENTITY
            self.do(AdmitParticipant(number, kind, "150000", "", "", 0, "entry"))
            self.do(lot(number, PLENTY, "2022"))

    def do(self, command):
        """Carry a command out, without what a test market checks after each."""
        state = self.venue.state
        outcome = self.venue.apply(Sequenced(state.seq + 1, self.market.now_ns, command))
        assert outcome.refusal is None, outcome.refusal

    def agreed(self, command):
        self.do(asking(command))
        waiting = self.venue.state.approvals.pending[self.venue.state.approvals.last]
        terms = (waiting.approval_id, waiting.command_hash, waiting.kind)
        self.do(ApproveRequest(waiting.participant_id, 2, *terms))

    def verified(self, one: eutl.Year) -> None:
        """Have an installation owe what was verified for a year."""
        entry = (one.installation, self.members[one.installation], 0, True, "registry")
        self.do(listing(entry, period=str(one.year)))
        number = len(self.venue.state.compliance.obligations)
        self.do(report(one.verified, entry[1], number))
        self.do(verifying(one.verified, report_id=number))
        self.owing[one.installation].append(number)

    def surrendered(self, one: eutl.Year) -> str:
        """Give up what was given up, and tell the status: A when nothing is missing."""
        member, state = self.members[one.installation], self.venue.state
        left = self.over[one.installation] + one.surrendered
        for number in self.owing[one.installation]:
            quantity = min(left, missing(state, state.compliance.obligations[number]))
            if quantity:
                self.agreed(giving((member - FIRST + 1, quantity), owner=member, obligation=number))
                left -= quantity
        self.over[one.installation] = left
        owing = self.owing[one.installation]
        owing[:] = [each for each in owing if missing(state, state.compliance.obligations[each])]
        return "B" if owing else "A"


@pytest.mark.skipif(not eutl.FILE.exists(), reason="the registry's years are not beside the tree")
def test_the_status_of_each_year_is_the_registrys_or_is_listed():
    years = eutl.read_years()
    registry = Registry(sorted({one.installation for one in years}))
    for year in sorted({one.year for one in years}):
        registry.agreed(opening(str(year)))
    told, differing = 0, {}
    for one in years:
        if one.verified is not None:
            registry.verified(one)
        status = registry.surrendered(one)
        if one.code in ("A", "B"):
            told += 1
            if status != one.code:
                differing.setdefault(one.installation, []).append(one.year)
    assert told == 3_693
    assert differing == DIFFERING
    assert sum(map(len, differing.values())) == 64
    assert invariants.violations(registry.venue.state) == []
