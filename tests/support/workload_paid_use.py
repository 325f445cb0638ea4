"""The part of the workload that is about paid use: schedules, contracts, invoices, recalls."""

import hashlib
from collections.abc import Callable, Iterator
from random import Random

from exchange.core import commands as c
from exchange.core.approvals.commands import ApproveRequest
from exchange.core.outcomes import encode_command
from exchange.core.paid_use.commands import (
    AcceptContract,
    EndFeeSchedule,
    OfferContract,
    PayInvoice,
    RecallContract,
    RefundContract,
    SetFeeSchedule,
)
from exchange.core.paid_use.state import UNPAID, Contract, ContractStatus, InvoiceStatus
from exchange.core.rules import RuleKind
from exchange.core.state import State
from exchange.core.types import Day
from exchange.core.units import NUMBER_MAX
from tests.support.builders import asking, rule

BAOTOU = "150200"
AT_ONCE = (
    ("first_due_days", RuleKind.INTEGER, "0"),
    ("instalment_months", RuleKind.INTEGER, "0"),
    ("suspension_days", RuleKind.INTEGER, "0"),
    ("recall_days", RuleKind.INTEGER, "1"),
    ("first_instalment", RuleKind.RATIO, "0.40"),
)
"""What the opening sets, so that two days are enough for everything to happen."""
RULES = (
    ("paid_use.instalments_above", "decimal", "0.01"),
    ("paid_use.instalments_above", "decimal", "9000000.00"),
    ("paid_use.first_instalment", "ratio", "0.50"),
    ("paid_use.at_once_reduction", "ratio", "0.20"),
    ("paid_use.exempt_up_to", "decimal", "0.50"),
    ("paid_use.recall_days", "integer", "0"),
    ("paid_use.recall_days", "integer", "3"),
    ("paid_use.years", "integer", "three"),
)


class PaidUse:
    """Contracts at random, for the asset that has a control total."""

    ledger: str
    random: Random
    state: State
    tracked: int

    @property
    def tracked_kind(self) -> str:
        return self.state.assets[self.tracked].kind

    def opening_paid_use(self) -> Iterator[c.AnyCommand]:
        """Price the asset, refund one contract, leave others overdue, accepted and offered."""
        today = self.state.today
        named = f"{self.ledger}.paid_use"
        figures = [rule(f"{named}.{name}", *figure, version=98) for name, *figure in AT_ONCE]
        yield c.ActivateRules(tuple(figures), "at once")
        kind = self.tracked_kind
        yield from self._agreed(SetFeeSchedule(kind, "", 100_000, today, Day(0), "fees"))
        yield from self._agreed(EndFeeSchedule(1, today, "fees"))
        yield from self._agreed(SetFeeSchedule(kind, BAOTOU, 100_000, today, Day(0), "fees"))
        for member in range(1, 7):
            years = 1 if member == 5 else 5
            yield from self._agreed(self._offering(member, 100, years))
        contracts = self.state.paid_use.contracts
        yield from self._too_small(*list(contracts.values())[-1:])
        for contract in list(contracts.values())[:5]:
            owner = contract.participant_id
            parts = (
                (0, 0) if owner in (1, 5) else (contract.fee_fen * 2 // 5, 1 if owner == 2 else 3)
            )
            yield AcceptContract(owner, contract.contract_id, *parts)
        for contract in contracts.values():
            if contract.participant_id != 4 and contract.invoices:
                yield PayInvoice(contract.participant_id, contract.invoices[0].invoice_id)
        yield from self._agreed(RefundContract(1, 40, "returned"))

    def _too_small(self, contract: Contract | None = None) -> Iterator[c.AnyCommand]:
        """Try instalments that do not fit the last offer, and where only large fees have them."""
        if contract is None:
            return
        number, fee_fen = contract.contract_id, contract.fee_fen
        yield AcceptContract(contract.participant_id, number, fee_fen, 0)
        name = f"{self.ledger}.paid_use.instalments_above"
        for version, above in ((96, "9000000.00"), (97, "0.10")):
            yield c.ActivateRules((rule(name, RuleKind.DECIMAL, above, version=version),), "above")
            if version == 96:
                yield AcceptContract(contract.participant_id, number, fee_fen // 2, 3)

    def _agreed(self, act: c.AnyCommand) -> Iterator[c.AnyCommand]:
        asked = asking(act)
        yield asked
        told = hashlib.sha256(encode_command(act)).digest()
        number = self.state.approvals.last
        yield ApproveRequest(asked.participant_id, 2, number, told, asked.kind)

    def _offering(self, member: int, quantity: int, years: int) -> OfferContract:
        until = Day(self.state.today + self.random.choice((0, 0, 1, 30)))
        pot = self.random.choice(("", "", "", "paid", "none"))
        if quantity == 100:
            until, pot = Day(self.state.today + 1), ""
        return OfferContract(member, self.tracked, quantity, years, pot, until, "contract")

    def paid_use_choices(self) -> list[tuple[int, Callable[[], c.AnyCommand]]]:
        """What the workload chooses from, with weights."""
        return [(7, self.ask_paid_use), (4, self.acceptance), (4, self.payment), (2, self.lift)]

    def ask_paid_use(self) -> c.AnyCommand:
        """Ask for an act of paid use, sensible or not."""
        makers = (self._schedule, self._end, self._offer, self._offer, self._recall)
        act = self.random.choice((*makers, self._recall, self._refund))()
        return asking(act, self.random.randrange(1, 4))

    def _schedule(self) -> SetFeeSchedule:
        random = self.random
        start = Day(self.state.today + random.choice((0, 0, 40)))
        last = random.choice((0, 0, start + 20, start - 1))
        price = random.choice((200_000, 200_000, 0, NUMBER_MAX))
        kind = self.tracked_kind if random.random() < 0.9 else "NONE"
        place = random.choice(("", "150600", BAOTOU, "nowhere"))
        return SetFeeSchedule(kind, place, price, start, Day(last), "fees")

    def _end(self) -> EndFeeSchedule:
        number = self.random.randrange(1, len(self.state.paid_use.schedules) + 2)
        return EndFeeSchedule(number, Day(self.state.today + self.random.choice((-1, 0, 9))), "end")

    def _offer(self) -> OfferContract:
        random = self.random
        member = random.randrange(1, 10)
        quantity = random.choice((1, 3, 90, 90, 0, 10**8))
        return self._offering(member, quantity, random.choice((1, 2, 5, 5, 6)))

    def _contract(self, *wanted: ContractStatus) -> Contract | None:
        every = list(self.state.paid_use.contracts.values())
        found = [one for one in every if one.status in wanted]
        some = found if found and self.random.random() < 0.85 else every
        return self.random.choice(some) if some else None

    def _recall(self) -> RecallContract:
        contract = self._contract(ContractStatus.SUSPENDED)
        return RecallContract(contract.contract_id if contract else 99, "recall")

    def _refund(self) -> RefundContract:
        contract = self._contract(ContractStatus.ACTIVE)
        quantity = self.random.choice((0, 1, 5, 60, 10**6))
        return RefundContract(contract.contract_id if contract else 99, quantity, "returned")

    def acceptance(self) -> AcceptContract:
        """Accept what is offered, at once or in parts, at times for too little or too late."""
        random = self.random
        contract = self._contract(ContractStatus.OFFERED)
        if contract is None or random.random() < 0.05:
            return AcceptContract(random.randrange(1, 10), 99, 0, 0)
        fee_fen = contract.fee_fen
        ways = ((0, 0), (fee_fen // 2, 3), (fee_fen // 2, 1), (1, 2), (fee_fen, 0))
        first, parts = random.choice(ways)
        owner = contract.participant_id if random.random() < 0.95 else 9
        return AcceptContract(owner, contract.contract_id, first, parts)

    def payment(self) -> PayInvoice:
        """Pay what is overdue or open, at times what is paid or another's."""
        random = self.random
        contracts = self.state.paid_use.contracts
        every = list(self.state.paid_use.invoices.values())
        unpaid = [one for one in every if one.status in UNPAID]
        late = [one for one in unpaid if one.status is InvoiceStatus.OVERDUE]
        some = random.choice((late or unpaid, unpaid, every)) or every
        if not some or random.random() < 0.05:
            return PayInvoice(random.randrange(1, 10), 10**6)
        invoice = random.choice(some)
        owner = contracts[invoice.contract_id].participant_id
        return PayInvoice(owner if random.random() < 0.95 else 9, invoice.invoice_id)

    def lift(self) -> c.UnfreezeUnits:
        """Try to lift a freeze that a contract needs."""
        kept = list(self.state.paid_use.freezes)
        return c.UnfreezeUnits(self.random.choice(kept) if kept else 0, "lifted")
