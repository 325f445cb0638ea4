"""Commands of paid use."""

from exchange.core.command import Command
from exchange.core.types import AssetId, ContractId, Day, FeeScheduleId, InvoiceId, ParticipantId


class SetFeeSchedule(Command, frozen=True):
    """Set what a kind of right costs in a place, `valid_to` 0 until further notice.

    Takes two people. Units: `price` is 10**-4 yuan for a whole unit and year.
    """

    kind: str
    place: str
    price: int
    valid_from: Day
    valid_to: Day
    document: str


class EndFeeSchedule(Command, frozen=True):
    """Let a schedule end on a day of its validity. Takes two people."""

    schedule_id: FeeScheduleId
    last_day: Day
    document: str


class OfferContract(Command, frozen=True):
    """Offer units for some years at the fee of the day it is approved. Takes two people.

    The units are set aside at once, out of what the member's place has left or (`pot`) a pot of it.
    """

    participant_id: ParticipantId
    asset_id: AssetId
    quantity: int
    years: int
    pot: str
    accept_until: Day
    document: str


class AcceptContract(Command, frozen=True):
    """Accept an offer and say how it will be paid.

    `first_fen` and `parts` 0: at once; else that much first and the rest in so many parts.
    """

    participant_id: ParticipantId
    contract_id: ContractId
    first_fen: int
    parts: int


class PayInvoice(Command, frozen=True):
    """Pay an invoice whole, with the interest that has accrued."""

    participant_id: ParticipantId
    invoice_id: InvoiceId


class RecallContract(Command, frozen=True):
    """Take back the units of a contract that stayed unpaid too long. Takes two people."""

    contract_id: ContractId
    document: str


class RefundContract(Command, frozen=True):
    """Take units back before their end and pay back the years not begun. Takes two people."""

    contract_id: ContractId
    quantity: int
    document: str


PaidUseCommand = (
    SetFeeSchedule
    | EndFeeSchedule
    | OfferContract
    | AcceptContract
    | PayInvoice
    | RecallContract
    | RefundContract
)
