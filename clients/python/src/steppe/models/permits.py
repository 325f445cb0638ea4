"""Answers about locks, permits, their renewal, and what may be used."""

from datetime import date
from decimal import Decimal

import msgspec

from steppe.amounts import Amount, decimal_text
from steppe.models.answer import Model, Receipt


class Lock(Model, frozen=True, kw_only=True):
    """Units of a lot set apart: `remaining` is what the lock still keeps."""

    lock_id: str
    ledger: str
    participant_id: str
    account_id: str
    lot_id: str
    asset: str
    unit: str
    kind: str
    quantity: Decimal
    remaining: Decimal
    ground: str
    document: str
    status: str
    lifted_ground: str | None = None
    lifted_document: str | None = None
    sequence: int


class PermitQuantity(Model, frozen=True, kw_only=True):
    """How much of a kind of right a permit allows."""

    kind: str
    quantity: Decimal


class Substitution(msgspec.Struct, frozen=True, kw_only=True):
    """A reduction elsewhere that a new project takes its quantity from."""

    kind: str
    quantity: Amount
    source: str

    def form(self) -> dict[str, str]:
        """Return it as the venue reads it."""
        return {
            "kind": self.kind,
            "quantity": decimal_text(self.quantity),
            "source": self.source,
        }


class PermitSource(PermitQuantity, frozen=True, kw_only=True):
    """A reduction elsewhere that a permit names."""

    source: str


class PermitRenewal(Model, frozen=True, kw_only=True):
    """A renewal that was asked for, and what was decided."""

    renewal: int
    quantities: tuple[PermitQuantity, ...]
    requested_on: date
    status: str
    document: str | None = None
    sequence: int
    decided_sequence: int | None = None


class Permit(Model, frozen=True, kw_only=True):
    """A permit as it stands; `days_left` counts to its last day."""

    permit_id: str
    ledger: str
    number: str
    participant_id: str
    version: int
    status: str
    valid_from: date
    valid_to: date
    days_left: int
    quantities: tuple[PermitQuantity, ...]
    new_project: bool
    non_attainment: bool
    substitution: tuple[PermitSource, ...] = ()
    renewals: tuple[PermitRenewal, ...] = ()
    document: str
    sequence: int


class RenewalReceipt(Receipt, frozen=True, kw_only=True):
    """A renewal was asked for, and waits to be decided."""

    permit_id: str
    renewal: int
    requested_on: date


class UsableRight(Model, frozen=True, kw_only=True):
    """What may be used of a holding today; `permitted` is None where no permit is needed."""

    ledger: str
    participant_id: str
    account_id: str
    asset: str
    unit: str
    held: Decimal
    withheld: Decimal
    permitted: Decimal | None = None
    usable: Decimal


class PermitTask(Model, frozen=True, kw_only=True):
    """A permit that has to be changed, with the figures of the day on which that was found."""

    task: int
    ledger: str
    participant_id: str
    asset: str
    unit: str
    held: Decimal
    permitted: Decimal
    usable: Decimal
    opened_on: date
    status: str
    closed_on: date | None = None
    sequence: int
