"""Answers about fee schedules, contracts for paid use and invoices."""

from datetime import date
from decimal import Decimal

from steppe.models.answer import Model, Receipt
from steppe.models.reference import RuleRef


class FeeSchedule(Model, frozen=True, kw_only=True):
    """What a kind of right costs in a place, in yuan for a whole unit and year."""

    schedule_id: str
    ledger: str
    kind: str
    place: str
    price: Decimal
    valid_from: date
    valid_to: date | None = None
    document: str
    ended_document: str | None = None
    sequence: int


class PaidUseContract(Model, frozen=True, kw_only=True):
    """Units for some years against a fee; `fee` is the sum of its invoices."""

    contract_id: str
    ledger: str
    participant_id: str
    asset: str
    unit: str
    quantity: Decimal
    years: int
    place: str
    pot: str
    price: Decimal
    schedule_id: str | None = None
    standard: RuleRef | None = None
    standard_fee: Decimal
    fee: Decimal
    duties: RuleRef | None = None
    accept_until: date
    document: str
    status: str
    lot_id: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    suspended: Decimal
    returned: Decimal
    missing: Decimal
    claim: Decimal
    refunded: Decimal
    offered_sequence: int
    sequence: int


class DrawnInvoice(Model, frozen=True, kw_only=True):
    """An instalment as it was agreed."""

    invoice_id: str
    amount: Decimal
    due: date


class AcceptReceipt(Receipt, frozen=True, kw_only=True):
    """An offer was accepted; the lot comes with the first payment, or at once if nothing is due."""

    contract_id: str
    status: str
    fee: Decimal
    invoices: tuple[DrawnInvoice, ...]
    lot_id: str | None = None


class Invoice(Model, frozen=True, kw_only=True):
    """An instalment; `payable` is what paying it takes today, with interest."""

    invoice_id: str
    ledger: str
    contract_id: str
    participant_id: str
    amount: Decimal
    due: date
    status: str
    interest: Decimal
    payable: Decimal
    paid_on: date | None = None
    sequence: int


class PayReceipt(Receipt, frozen=True, kw_only=True):
    """What was paid, and the lot that the first payment brings."""

    invoice_id: str
    contract_id: str
    amount: Decimal
    interest: Decimal
    lot_id: str | None = None
