"""The fee schedules, contracts and invoices of a ledger, and the days on which they need a look."""

from dataclasses import dataclass, field
from enum import StrEnum

from exchange.core.types import (
    AssetId,
    ContractId,
    Day,
    FeeScheduleId,
    FreezeId,
    InvoiceId,
    LotId,
    ParticipantId,
)


class ContractStatus(StrEnum):
    """Where a contract stands. One that is over is `ended`, which only the calendar says."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"
    RECALLED = "recalled"
    RETURNED = "returned"


class InvoiceStatus(StrEnum):
    OPEN = "open"
    PAID = "paid"
    OVERDUE = "overdue"
    CANCELLED = "cancelled"


UNPAID = (InvoiceStatus.OPEN, InvoiceStatus.OVERDUE)


@dataclass(slots=True)
class FeeSchedule:
    """`valid_to` 0 means until further notice."""

    schedule_id: FeeScheduleId
    kind: str
    place: str
    price: int
    valid_from: Day
    valid_to: Day


@dataclass(slots=True)
class Invoice:
    """One instalment. The rate and cap of its interest are those of the day it fell overdue."""

    invoice_id: InvoiceId
    contract_id: ContractId
    amount_fen: int
    due: Day
    status: InvoiceStatus = InvoiceStatus.OPEN
    interest_ppm: int = 0
    cap_ppm: int = 0


@dataclass(slots=True)
class Contract:
    """`freeze_id` sets its units aside, before it starts and while it is suspended.

    `attention` is the day on which it needs a look (0: none).
    """

    contract_id: ContractId
    participant_id: ParticipantId
    asset_id: AssetId
    quantity: int
    years: int
    place: str
    pot: str
    fee_fen: int
    accept_until: Day
    freeze_id: FreezeId
    status: ContractStatus = ContractStatus.OFFERED
    invoices: list[Invoice] = field(default_factory=list)
    lot_id: LotId = field(default=LotId(0))
    valid_from: Day = field(default=Day(0))
    valid_to: Day = field(default=Day(0))
    returned: int = 0
    attention: Day = field(default=Day(0))

    def unpaid(self) -> list[Invoice]:
        """Return what is to be paid, the next one first."""
        return [invoice for invoice in self.invoices if invoice.status in UNPAID]

    def overdue(self) -> list[Invoice]:
        return [one for one in self.invoices if one.status is InvoiceStatus.OVERDUE]


@dataclass(slots=True)
class PaidUseState:
    """`agenda` and `freezes` follow from the contracts and are not in snapshots."""

    schedules: dict[FeeScheduleId, FeeSchedule] = field(default_factory=dict)
    contracts: dict[ContractId, Contract] = field(default_factory=dict)
    invoices: dict[InvoiceId, Invoice] = field(default_factory=dict)
    agenda: dict[Day, dict[ContractId, None]] = field(default_factory=dict)
    freezes: dict[FreezeId, ContractId] = field(default_factory=dict)

    def attend(self, contract: Contract, day: Day) -> None:
        """Have a contract looked at on a day (0: no more), and not before."""
        if contract.attention:
            waiting = self.agenda.get(contract.attention, {})
            waiting.pop(contract.contract_id, None)
            if not waiting:
                self.agenda.pop(contract.attention, None)
        contract.attention = day
        if day:
            self.agenda.setdefault(day, {})[contract.contract_id] = None

    def set_freeze(self, contract: Contract, freeze_id: FreezeId) -> None:
        """Note what sets a contract's units aside now (0: nothing)."""
        if contract.freeze_id:
            del self.freezes[contract.freeze_id]
        contract.freeze_id = freeze_id
        if freeze_id:
            self.freezes[freeze_id] = contract.contract_id


def name(contract_id: ContractId) -> str:
    """Name a contract as the API does, within its ledger."""
    return f"k{contract_id}"
