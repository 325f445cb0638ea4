"""The part of the workload that is about units which their holders end for good."""

from collections.abc import Iterator
from random import Random

from exchange.core import commands as c
from exchange.core.approvals.commands import RequestApproval
from exchange.core.cancellation.commands import CancelUnits
from exchange.core.state import State
from exchange.core.types import ANY_LOT
from tests.support.builders import asking

BENEFICIARY, PURPOSE = "包头钢铁", "claimed for a year's use"


class Cancelling:
    """Cancellations at random, of what members hold or nearly do."""

    random: Random
    state: State

    def opening_cancellation(self) -> Iterator[c.AnyCommand]:
        """Have a member end some of the first lot that it has free units of."""
        for member in self.state.participants.values():
            for asset_id, holding in member.holdings.items():
                lots = [one for one, lot in self.state.lots.items() if lot.asset_id == asset_id]
                free = next((lot for lot in lots if holding.untaken_of(lot)), ANY_LOT)
                if free:
                    yield from self.agreed(self._cancelling(member.participant_id, free, 1))
                    return

    def cancellation(self) -> RequestApproval:
        """Ask to end units of one's own or, at times, of nothing or of another's."""
        random = self.random
        member = random.randrange(1, 10)
        lot = random.randrange(self.state.last_lot + 2)
        return asking(self._cancelling(member, lot, random.choice((-1, 1, 2, 50, 10**12))))

    @staticmethod
    def _cancelling(member: int, lot: int, quantity: int) -> CancelUnits:
        return CancelUnits(member, lot, quantity, BENEFICIARY, PURPOSE)
