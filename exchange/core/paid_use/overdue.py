"""What a day brings for contracts: offers lapse, invoices fall overdue, units are frozen.

Invariants: a contract is looked at on its own days only; interest never exceeds its cap; the units
of a suspended contract are a freeze that nothing but payment or recall lifts.
Rule: `paid_use.overdue_interest`, `paid_use.overdue_interest_cap`, `paid_use.suspension_days`.
"""

from exchange.core import transfers
from exchange.core.commands import UnfreezeUnits
from exchange.core.event import Parcel
from exchange.core.events import AnyEvent, UnitsFrozen
from exchange.core.paid_use.events import (
    ContractLapsed,
    ContractResumed,
    ContractSuspended,
    InvoiceOverdue,
)
from exchange.core.paid_use.state import Contract, ContractStatus, Invoice, InvoiceStatus, name
from exchange.core.paid_use.status import over
from exchange.core.reclaim import reachable, take_back
from exchange.core.state import FrozenUnits, State
from exchange.core.types import Day, FreezeId, InvoiceId
from exchange.core.units import PPM, half_up

SUSPENSION_DAYS = 30
"""For a ledger whose rulebook does not say."""

_RUNNING = (ContractStatus.ACTIVE, ContractStatus.SUSPENDED)


def accrued_fen(amount_fen: int, ppm: int, cap_ppm: int, days: int) -> int:
    """Return the interest on an amount after some days."""
    return min(half_up(amount_fen * ppm * max(days, 0), PPM), amount_fen * cap_ppm // PPM)


def interest_fen(state: State, invoice: Invoice) -> int:
    """Return what has accrued on an invoice until today."""
    days = state.today - invoice.due
    return accrued_fen(invoice.amount_fen, invoice.interest_ppm, invoice.cap_ppm, days)


def attend(state: State) -> list[AnyEvent]:
    """Look at the contracts whose day has come.

    Emits: ContractLapsed, InvoiceOverdue, ContractSuspended, with UnitsUnfrozen, OrderCancelled
    and UnitsFrozen where units are concerned. Cost: by the contracts of the day.
    """
    events: list[AnyEvent] = []
    for contract_id in sorted(state.paid_use.agenda.get(state.today, ())):
        contract = state.paid_use.contracts[contract_id]
        if contract.status in _RUNNING:
            events += _fall_overdue(state, contract)
        else:
            events += _lapse(state, contract)
        look_again(state, contract)
    return events


def look_again(state: State, contract: Contract) -> None:
    """Note when a contract needs a look next."""
    state.paid_use.attend(contract, _next_look(state, contract))


def _next_look(state: State, contract: Contract) -> Day:
    if contract.status is ContractStatus.OFFERED:
        return Day(contract.accept_until + 1)
    if contract.status in _RUNNING and contract.overdue() and not over(contract, state.today):
        return Day(state.today + 1)
    if contract.status is ContractStatus.ACTIVE and contract.overdue():
        return Day(0)
    if contract.status is ContractStatus.ACCEPTED or contract.status in _RUNNING:
        waiting = [one.due for one in contract.invoices if one.status is InvoiceStatus.OPEN]
        return Day(min(waiting) + 1) if waiting else Day(0)
    return Day(0)


def _lapse(state: State, contract: Contract) -> list[AnyEvent]:
    contract.status = ContractStatus.LAPSED
    document = f"contract {name(contract.contract_id)} lapsed"
    released = release(state, contract, document)
    cancelled = cancel_open(contract)
    return [*released, ContractLapsed(contract.contract_id, tuple(cancelled))]


def cancel_open(contract: Contract) -> dict[InvoiceId, int]:
    """Cancel what is not due yet; return the amounts."""
    cancelled = {}
    for invoice in contract.invoices:
        if invoice.status is InvoiceStatus.OPEN:
            invoice.status = InvoiceStatus.CANCELLED
            cancelled[invoice.invoice_id] = invoice.amount_fen
    return cancelled


def _fall_overdue(state: State, contract: Contract) -> list[AnyEvent]:
    events: list[AnyEvent] = []
    for invoice in contract.invoices:
        if invoice.status is InvoiceStatus.OPEN and invoice.due < state.today:
            invoice.status = InvoiceStatus.OVERDUE
            invoice.interest_ppm = state.rules.ratio_ppm("paid_use.overdue_interest")
            invoice.cap_ppm = state.rules.ratio_ppm("paid_use.overdue_interest_cap")
            figures = (invoice.interest_ppm, invoice.cap_ppm)
            events.append(InvoiceOverdue(invoice.invoice_id, contract.contract_id, *figures))
    overdue = contract.overdue()
    days = state.rules.integer("paid_use.suspension_days", SUSPENSION_DAYS)
    late = bool(overdue) and state.today - overdue[0].due > days
    if over(contract, state.today):
        return events
    if late and contract.status is ContractStatus.ACTIVE:
        events += _suspend(state, contract)
    elif contract.status is ContractStatus.SUSPENDED and _reach(state, contract):
        document = f"contract {name(contract.contract_id)} suspended anew"
        events += [*release(state, contract, document), *_suspend(state, contract)]
    return events


def _reach(state: State, contract: Contract) -> int:
    """Count what a suspension could freeze and has not frozen yet."""
    participant = state.participants[contract.participant_id]
    lot = (contract.asset_id, contract.lot_id)
    return reachable(state, participant, *lot, own_use=False)


def _suspend(state: State, contract: Contract) -> list[AnyEvent]:
    """Freeze what the member still has of the contract's units; its offers of them give way.

    What is locked for its own use stays so; what comes free later is frozen at the next midnight.
    """
    participant = state.participants[contract.participant_id]
    left = contract.quantity - contract.returned
    quantity = min(_reach(state, contract), left)
    contract.status = ContractStatus.SUSPENDED
    if not quantity:
        return [ContractSuspended(contract.contract_id, FreezeId(0), 0)]
    holding, parcels, events = take_back(
        state, participant, contract.asset_id, quantity, contract.lot_id, own_use=False
    )
    kept = tuple(
        [
            Parcel(one.lot_id, one.quantity, one.tradable_from_debit, one.tradable_from_debit)
            for one in parcels
        ]
    )
    holding.held += quantity
    state.last_freeze += 1
    freeze_id = FreezeId(state.last_freeze)
    state.freezes[freeze_id] = FrozenUnits(freeze_id, holding, quantity, kept)
    state.paid_use.set_freeze(contract, freeze_id)
    document = f"contract {name(contract.contract_id)} suspended"
    return [
        *events,
        UnitsFrozen(freeze_id, holding.account_id, quantity, kept, document),
        ContractSuspended(contract.contract_id, freeze_id, quantity),
    ]


def resume(state: State, contract: Contract) -> list[AnyEvent]:
    """Free the units of a contract that owes nothing. Emits: UnitsUnfrozen, ContractResumed."""
    contract.status = ContractStatus.ACTIVE
    document = f"contract {name(contract.contract_id)} resumed"
    return [*release(state, contract, document), ContractResumed(contract.contract_id)]


def release(state: State, contract: Contract, document: str) -> list[AnyEvent]:
    """Lift what sets a contract's units aside. Emits: UnitsUnfrozen, if there is something."""
    freeze_id = contract.freeze_id
    if not freeze_id:
        return []
    state.paid_use.set_freeze(contract, FreezeId(0))
    return transfers.unfreeze(state, UnfreezeUnits(freeze_id, document))
