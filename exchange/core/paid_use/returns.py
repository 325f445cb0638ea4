"""Units that a contract gave come back: recalled as unpaid, or returned against a refund.

Invariants: what comes back is in the pot `paid` of the member's place and may be given out again;
a refund never exceeds what was paid, nor what the treasury has.
Rule: `paid_use.recall_days`; a refund is for whole years that have not begun.
"""

from exchange.core.accounts import Account
from exchange.core.after_issue.claims import refuse_debtor
from exchange.core.endings import return_units
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.paid_use.commands import RecallContract, RefundContract
from exchange.core.paid_use.events import ContractRecalled, ContractRefunded
from exchange.core.paid_use.overdue import cancel_open, look_again, release
from exchange.core.paid_use.schedules import Described
from exchange.core.paid_use.spans import unused_years
from exchange.core.paid_use.state import Contract, ContractStatus, name
from exchange.core.paid_use.status import refuse_status
from exchange.core.reasons import RejectReason
from exchange.core.reclaim import insufficient, reachable
from exchange.core.rules import day_text
from exchange.core.state import State
from exchange.core.totals.movement import post_chain
from exchange.core.transfers import refuse_spend
from exchange.core.types import CASH, CASH_SCALE, HOUSE, Pot, Purpose, TransferCode
from exchange.core.units import format_decimal, half_up

RECALL_DAYS = 180
"""For a ledger whose rulebook does not say."""


def refuse_recall(state: State, command: RecallContract) -> Refusal | None:
    contract = state.paid_use.contracts.get(command.contract_id)
    if contract is None:
        return state.refuse(RejectReason.CONTRACT_UNKNOWN)
    refusal = refuse_status(state, contract, ContractStatus.SUSPENDED)
    if refusal is not None:
        return refusal
    due = contract.overdue()[0].due
    days = state.rules.integer("paid_use.recall_days", RECALL_DAYS)
    if state.today - due > days:
        return None
    first = day_text(due + days + 1)
    return state.refuse(RejectReason.RECALL_TOO_EARLY, due=day_text(due), first_day=first)


def recall(state: State, command: RecallContract) -> list[AnyEvent]:
    """Take back what can be reached of the units; what cannot becomes a claim.

    Emits: UnitsUnfrozen, what giving units back emits, ContractRecalled.
    """
    contract = state.paid_use.contracts[command.contract_id]
    left = contract.quantity - contract.returned
    events = release(state, contract, command.document)
    quantity = min(_reach(state, contract), left)
    events += _give_back(state, contract, quantity)
    cancelled = cancel_open(contract)
    contract.status = ContractStatus.RECALLED
    look_again(state, contract)
    recalled = ContractRecalled(
        contract.contract_id,
        quantity,
        left - quantity,
        half_up(sum(cancelled.values()) * (left - quantity), left),
        tuple(cancelled),
        command.document,
    )
    return [*events, recalled]


def describe_recall(state: State, command: RecallContract) -> Described:
    """Say which contract, of whom, how much, and since when it is unpaid."""
    contract = state.paid_use.contracts[command.contract_id]
    subject, figures = _described(state, contract, contract.quantity - contract.returned)
    return subject, (*figures, ("overdue_since", day_text(contract.overdue()[0].due)))


def refuse_refund(state: State, command: RefundContract) -> Refusal | None:
    contract = state.paid_use.contracts.get(command.contract_id)
    if contract is None:
        return state.refuse(RejectReason.CONTRACT_UNKNOWN)
    refusal = refuse_status(state, contract, ContractStatus.ACTIVE)
    if refusal is not None:
        return refusal
    unpaid_fen = sum(invoice.amount_fen for invoice in contract.unpaid())
    if unpaid_fen:
        unpaid = format_decimal(unpaid_fen, CASH_SCALE)
        return state.refuse(RejectReason.CONTRACT_UNPAID, unpaid=unpaid)
    if not unused_years(contract.valid_from, contract.years, state.today):
        last = day_text(contract.valid_to)
        return state.refuse(RejectReason.CONTRACT_NOTHING_UNUSED, valid_to=last)
    if command.quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    holding = state.participants[contract.participant_id].holdings[contract.asset_id]
    return refuse_debtor(state, holding) or _refuse_means(state, command, contract)


def _refuse_means(state: State, command: RefundContract, contract: Contract) -> Refusal | None:
    """Check that the member has the units and the treasury the money."""
    asset = state.assets[contract.asset_id]
    there = min(_reach(state, contract), contract.quantity - contract.returned)
    if there < command.quantity:
        return insufficient(state, asset, there, command.quantity)
    treasury = _treasury(state)
    if treasury is None:  # nobody has paid anything, so there is nothing to pay back
        return None
    return refuse_spend(state, treasury, _refund_fen(state, contract, command.quantity))


def _treasury(state: State) -> Account | None:
    return state.accounts.find(HOUSE, CASH, Purpose.TREASURY, "")


def _refund_fen(state: State, contract: Contract, quantity: int) -> int:
    """Return what was paid for years not begun; what division leaves stays in the treasury."""
    years = unused_years(contract.valid_from, contract.years, state.today)
    return contract.fee_fen * years * quantity // (contract.years * contract.quantity)


def refund(state: State, command: RefundContract) -> list[AnyEvent]:
    """Posts: the treasury to the member's cash. Emits: as giving back does, ContractRefunded."""
    contract = state.paid_use.contracts[command.contract_id]
    refund_fen = _refund_fen(state, contract, command.quantity)
    events = _give_back(state, contract, command.quantity)
    treasury = _treasury(state)
    if treasury is not None:
        cash = state.participants[contract.participant_id].cash
        leg = (treasury, cash, refund_fen)
        events += post_chain(state, [leg], TransferCode.REFUND, command.document)
    contract.returned += command.quantity
    left = contract.quantity - contract.returned
    if not left:
        contract.status = ContractStatus.RETURNED
    look_again(state, contract)
    years = unused_years(contract.valid_from, contract.years, state.today)
    terms = (command.quantity, left, years, refund_fen, command.document)
    return [*events, ContractRefunded(contract.contract_id, *terms)]


def describe_refund(state: State, command: RefundContract) -> Described:
    """Say which contract, of whom, how much, and what is paid back."""
    contract = state.paid_use.contracts[command.contract_id]
    refund_fen = _refund_fen(state, contract, command.quantity)
    subject, figures = _described(state, contract, command.quantity)
    return subject, (*figures, ("refund", format_decimal(refund_fen, CASH_SCALE)))


def _described(state: State, contract: Contract, quantity: int) -> Described:
    asset = state.assets[contract.asset_id]
    return asset.code, (
        ("contract", name(contract.contract_id)),
        ("participant", f"p{contract.participant_id}"),
        ("quantity", format_decimal(quantity, asset.scale)),
    )


def _reach(state: State, contract: Contract) -> int:
    participant = state.participants[contract.participant_id]
    return reachable(state, participant, contract.asset_id, contract.lot_id)


def _give_back(state: State, contract: Contract, quantity: int) -> list[AnyEvent]:
    """Emits: as `return_units`, into the pot `paid` of the member's place."""
    if not quantity:
        return []
    participant = state.participants[contract.participant_id]
    reference = f"contract {name(contract.contract_id)}"
    terms = (contract.asset_id, quantity, TransferCode.GIVE_BACK, reference, contract.lot_id)
    return return_units(state, participant, *terms, Pot.PAID)
