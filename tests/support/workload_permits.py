"""The part of the workload that is about permits, locks and the renewal of rights."""

import hashlib
from collections.abc import Iterator
from random import Random
from typing import Any

from exchange.core import commands as c
from exchange.core.accounts import LOT_MASK
from exchange.core.approvals.commands import ApproveRequest
from exchange.core.locks.commands import LockUnits, UnlockUnits
from exchange.core.outcomes import encode_command
from exchange.core.permits.commands import (
    DecideRenewal,
    RecordPermit,
    RenewRight,
    RequestRenewal,
    UpdatePermit,
)
from exchange.core.permits.content import PERMIT_SCALE, Permitted, PermitTerms, Substitution
from exchange.core.rules import RuleKind
from exchange.core.state import State
from exchange.core.types import Day, LockKind
from tests.support.builders import asking, rule

RULES = (
    ("permits.required", "flag", "true"),
    ("permits.required", "flag", "true"),
    ("permits.required", "flag", "false"),
)
ENOUGH = 10**15
"""More than anybody holds, in the units of permits."""


class Permits:
    """Permits, locks and renewals at random, of rights that end soon among others."""

    ledger: str
    random: Random
    state: State
    scene: Any

    def opening_permits(self) -> Iterator[c.AnyCommand]:
        """Do one of each thing with a permit, a lock and a right that ends."""
        name = f"{self.ledger}.permits.required"
        yield c.ActivateRules((rule(name, RuleKind.FLAG, "true"),), "permits")
        today = self.state.today
        terms = ("2026", "", "", Day(0), Day(today + 30), Day(0), "ends soon")
        yield c.IssueUnits(1, 1, 500, *terms)
        account = self._first_holding(1)[0]
        lot = self.state.last_lot
        yield from self._agreed(RecordPermit(1, "P-1", self._allowing(ENOUGH), "permit"))
        yield RequestRenewal(1, 1, self._allowing(ENOUGH).quantities)
        renewed = self._allowing(ENOUGH).quantities
        yield from self._agreed(DecideRenewal(1, True, renewed, Day(0), "renewed"))
        for kind, quantity in ((LockKind.OWN_USE, 100), (LockKind.SUSPENDED, 50)):
            yield from self._agreed(LockUnits(account, lot, quantity, kind, "ground", "order"))
        yield from self._agreed(UnlockUnits(self.state.locks.last, "ground", "order"))
        yield from self._agreed(RenewRight(account, lot, 300, Day(0), "renewed"))
        yield from self._agreed(RecordPermit(2, "P-2", self._allowing(1), "permit"))
        yield from self._agreed(
            UpdatePermit(2, self._allowing(self._first_holding(2)[1]), "changed")
        )
        yield c.IssueUnits(1, 4, 500, *terms)
        yield asking(
            RenewRight(self._first_holding(4)[0], self.state.last_lot, 1, Day(0), "no permit")
        )
        ending = self._allowing(1, valid_to=Day(today + 1))
        yield from self._agreed(RecordPermit(3, "P-3", ending, "permit"))

    def _agreed(self, act: c.AnyCommand) -> Iterator[c.AnyCommand]:
        yield asking(act)
        told = hashlib.sha256(encode_command(act)).digest()
        last = self.state.approvals.last
        yield ApproveRequest(0, 2, last, told, type(act).__name__)

    def _first_holding(self, participant_id: int) -> tuple[int, int]:
        """Somebody's account of the first asset, and what is on it in the units of permits.

        Who was never admitted, since that command was lost, has account 0.
        """
        member = self.state.participants.get(participant_id)
        holding = member.holdings.get(1) if member else None
        if holding is None:
            return 0, 0
        return holding.account_id, holding.posted * 10 ** (PERMIT_SCALE - self.scene.kinds[0][1])

    def _allowing(self, quantity: int, **changes: Any) -> PermitTerms:
        fields: dict[str, Any] = {
            "quantities": (Permitted(self.scene.kinds[0][0], quantity),),
            "valid_from": self.state.today,
            "valid_to": Day(0),
            "new_project": False,
            "non_attainment": False,
            "substitution": (),
        }
        return PermitTerms(**fields | changes)

    def permit_terms(self) -> PermitTerms:
        """Say what a permit allows, at times what none can."""
        random, today = self.random, self.state.today
        quantity = random.choice((0, 1_000, 50_000, ENOUGH, ENOUGH, -1))
        last = random.choice((0, 0, 0, 20, 90, 400, 8_000, -1))
        new = random.random() < 0.3
        kind = self.scene.kinds[0][0]
        shown = [Substitution(kind, each, "closed") for each in (quantity // 2, quantity, quantity)]
        return self._allowing(
            quantity,
            valid_to=Day(last and today + last),
            new_project=new,
            non_attainment=new and random.random() < 0.5,
            substitution=tuple(shown[: random.randrange(4)]) if new else (),
        )

    def _permit(self) -> int:
        known = len(self.state.permits.permits)
        return self.random.randrange(1, known + 2)

    def _part(self) -> tuple[int, int, int]:
        """Choose an account, a lot on it and a quantity of that; at times what is not there."""
        random = self.random
        member = random.choice(list(self.state.participants.values()))
        holdings = [one for one in member.holdings.values() if one.parcels]
        if not holdings or random.random() < 0.1:
            return random.randrange(1, len(self.state.accounts.all) + 2), 1, random.randrange(2)
        holding = random.choice(holdings)
        ends = [each for each in holding.parcels if self.state.lots[each[0] & LOT_MASK].valid_to]
        key, quantity = random.choice(ends or holding.parcels)
        return holding.account_id, key & LOT_MASK, random.randrange(quantity // 3 + 2)

    def permit_act(self) -> c.AnyCommand:
        """Choose what two people shall do with a permit, a lock or a right."""
        random = self.random
        match random.randrange(6):
            case 0:
                kind = random.choice(tuple(LockKind))
                return LockUnits(*self._part(), kind, "ground", "order")
            case 1:
                known = list(self.state.locks.locks)
                return UnlockUnits(random.choice(known or [0]), "ground", "order")
            case 2:
                holder, number = random.randrange(1, 10), f"P-{random.randrange(1, 20)}"
                return RecordPermit(holder, number, self.permit_terms(), "permit")
            case 3:
                return UpdatePermit(self._permit(), self.permit_terms(), "changed")
            case 4:
                return self._decision()
        last = random.choice((0, 0, 8_000))
        account, lot, quantity = self._part()
        over = [
            number for number, one in self.state.lots.items() if 0 < one.valid_to < self.state.today
        ]
        if over and random.random() < 0.1:
            account, lot = self._first_holding(1)[0], random.choice(over)
        return RenewRight(account, lot, quantity, Day(last and self.state.today + last), "renewed")

    def _decision(self) -> DecideRenewal:
        waiting = [one.permit_id for one in self.state.permits.permits.values() if one.renewal]
        number = self.random.choice(waiting or [self._permit()])
        granted = self.random.random() < 0.8
        return DecideRenewal(number, granted, self.permit_terms().quantities, Day(0), "decided")

    def ask_for_permit(self) -> c.AnyCommand:
        """Ask for such an act."""
        return asking(self.permit_act(), self.random.randrange(1, 4))

    def renewal(self) -> RequestRenewal:
        """Ask that a permit be renewed: in time or too late, one's own or another's."""
        number = self._permit()
        known = self.state.permits.permits.get(number)
        stranger = known is None or self.random.random() < 0.1
        holder = self.random.randrange(1, 10) if stranger else known.holder_id
        return RequestRenewal(holder, number, self.permit_terms().quantities)
