"""What happened in paid use; what moved follows as transfers and freezes."""

import msgspec

from exchange.core.event import Event
from exchange.core.rules import RuleRef
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


class FeeScheduleSet(Event, frozen=True):
    schedule_id: FeeScheduleId
    kind: str
    place: str
    price: int
    valid_from: Day
    valid_to: Day
    document: str


class FeeScheduleEnded(Event, frozen=True):
    schedule_id: FeeScheduleId
    valid_to: Day
    document: str


class ContractOffered(Event, frozen=True):
    """The units are set aside under `freeze_id`.

    The price is of a schedule, or (0) of the rule `standard`. `standard_fen` is quantity x years x
    price, `fee_fen` what of it is to be paid. `duties` is the rule on what paying does not replace.
    """

    contract_id: ContractId
    participant_id: ParticipantId
    asset_id: AssetId
    quantity: int
    years: int
    place: str
    pot: str
    price: int
    schedule_id: FeeScheduleId
    standard: RuleRef | None
    duties: RuleRef | None
    standard_fen: int
    fee_fen: int
    accept_until: Day
    freeze_id: FreezeId
    document: str
    rule_set: int


class DrawnInvoice(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One instalment, due on a day."""

    invoice_id: InvoiceId
    amount_fen: int
    due: Day


class ContractAccepted(Event, frozen=True):
    """`fee_fen` is the sum of the invoices, in the order in which they are to be paid."""

    contract_id: ContractId
    participant_id: ParticipantId
    fee_fen: int
    invoices: tuple[DrawnInvoice, ...]
    rule_set: int


class ContractStarted(Event, frozen=True):
    """The units were given as a lot, to be used from `valid_from` to `valid_to`."""

    contract_id: ContractId
    lot_id: LotId
    valid_from: Day
    valid_to: Day


class InvoicePaid(Event, frozen=True):
    invoice_id: InvoiceId
    contract_id: ContractId
    amount_fen: int
    interest_fen: int
    paid_on: Day


class InvoiceOverdue(Event, frozen=True):
    """From its due day on the invoice bears interest by the day, in millionths, up to the cap."""

    invoice_id: InvoiceId
    contract_id: ContractId
    interest_ppm: int
    cap_ppm: int


class ContractLapsed(Event, frozen=True):
    """It was not accepted, or its first instalment not paid, in time; its invoices are off."""

    contract_id: ContractId
    cancelled: tuple[InvoiceId, ...]


class ContractSuspended(Event, frozen=True):
    """What its holder still had of the units is frozen (`freeze_id` 0: it had none)."""

    contract_id: ContractId
    freeze_id: FreezeId
    quantity: int


class ContractResumed(Event, frozen=True):
    """All that was overdue is paid: the units are free again."""

    contract_id: ContractId


class ContractRecalled(Event, frozen=True):
    """Units were taken back; of those that could not be, `claim_fen` is the fee never paid.

    `cancelled` are the invoices that were not due yet; those overdue remain to be paid.
    """

    contract_id: ContractId
    quantity: int
    missing: int
    claim_fen: int
    cancelled: tuple[InvoiceId, ...]
    document: str


class ContractRefunded(Event, frozen=True):
    """Units were taken back and so many years of theirs paid back; `left` are still in use."""

    contract_id: ContractId
    quantity: int
    left: int
    years: int
    refund_fen: int
    document: str


PaidUseEvent = (
    FeeScheduleSet
    | FeeScheduleEnded
    | ContractOffered
    | ContractAccepted
    | ContractStarted
    | InvoicePaid
    | InvoiceOverdue
    | ContractLapsed
    | ContractSuspended
    | ContractResumed
    | ContractRecalled
    | ContractRefunded
)
