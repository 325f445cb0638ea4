"""Answers about what is held: assets, accounts, balances, lots, freezes, transfers, money."""

from datetime import date
from decimal import Decimal

import msgspec

from steppe.amounts import Amount, decimal_text
from steppe.models.answer import Instant, Model, Receipt


class Asset(Model, frozen=True, kw_only=True):
    """What can be held: its unit and its number of decimals (`scale`)."""

    code: str
    ledger: str
    kind: str
    unit: str
    scale: int
    title_zh: str | None = None
    title_en: str | None = None
    vintage: str | None = None
    region: str | None = None
    basin: str | None = None


class IssuanceReceipt(Receipt, frozen=True, kw_only=True):
    """Where issued units went: the lot they are and the account they are on."""

    transfer_id: str
    lot_id: str
    account_id: str


class Balance(Model, frozen=True, kw_only=True):
    """An account and what is on it; `available` is what may be sold or moved now."""

    account_id: str
    participant_id: str | None = None
    ledger: str
    asset: str
    unit: str
    purpose: str
    place: str = ""
    total: Decimal
    held: Decimal
    not_yet_tradable: Decimal
    available: Decimal


class LotLock(Model, frozen=True, kw_only=True):
    """What locks of a kind keep of a lot on its account."""

    kind: str
    quantity: Decimal


class Lot(Model, frozen=True, kw_only=True):
    """Part of an account's units: where they come from and how long they hold."""

    lot_id: str
    account_id: str
    ledger: str | None = None
    asset: str | None = None
    quantity: Decimal
    vintage: str | None = None
    region: str | None = None
    basin: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    days_left: int | None = None
    tradable_from: date | None = None
    locks: tuple[LotLock, ...] = ()
    source: str | None = None


class Freeze(Model, frozen=True, kw_only=True):
    """Units that can be neither sold nor moved until they are released."""

    freeze_id: str
    ledger: str | None = None
    account_id: str | None = None
    quantity: Decimal | None = None
    document: str | None = None
    status: str | None = None
    released_document: str | None = None
    sequence: int | None = None


class FreezeReceipt(Receipt, frozen=True, kw_only=True):
    """The freeze that was put on."""

    freeze_id: str


class TransferLeg(msgspec.Struct, frozen=True, kw_only=True):
    """One movement to ask for. Without `lot_id` the oldest tradable lots go first."""

    debit_account_id: str
    credit_account_id: str
    quantity: Amount
    lot_id: str | None = None

    def body(self) -> dict[str, str]:
        """Return the leg as the venue reads it."""
        leg = {
            "debit_account_id": self.debit_account_id,
            "credit_account_id": self.credit_account_id,
            "quantity": decimal_text(self.quantity),
        }
        return leg if self.lot_id is None else {**leg, "lot_id": self.lot_id}


class Transfer(Model, frozen=True, kw_only=True):
    """An amount that moved, or is reserved to move (`state` pending, posted or voided)."""

    transfer_id: str
    chain_id: str
    ledger: str | None = None
    debit_account_id: str
    credit_account_id: str
    asset: str | None = None
    unit: str | None = None
    quantity: Decimal
    lot_id: str | None = None
    lots: str | None = None
    code: str | None = None
    state: str | None = None
    reference: str | None = None
    sequence: int | None = None
    created_at: Instant | None = None


class TransferChain(Receipt, frozen=True, kw_only=True):
    """Transfers that happen together or not at all."""

    chain_id: str
    transfers: tuple[Transfer, ...] = ()


class DepositReceipt(Receipt, frozen=True, kw_only=True):
    """Where money that arrived was credited."""

    transfer_id: str | None = None
    account_id: str | None = None
    amount: Decimal | None = None
