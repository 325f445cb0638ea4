"""Terms of payment: at once or by instalments.

Invariant: the invoices of a contract sum to its fee; the last one takes what division leaves.
Rule: `paid_use.first_instalment`, `paid_use.instalments_above`, `paid_use.at_once_reduction`,
`paid_use.first_due_days`, `paid_use.instalment_months`.
"""

from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.paid_use.commands import AcceptContract
from exchange.core.paid_use.events import ContractAccepted, DrawnInvoice
from exchange.core.paid_use.figures import cited, fen_of, local, longest, ppm_of
from exchange.core.paid_use.overdue import look_again
from exchange.core.paid_use.spans import later
from exchange.core.paid_use.start import refuse_start, start
from exchange.core.paid_use.state import Contract, ContractStatus, Invoice
from exchange.core.paid_use.status import refuse_status
from exchange.core.reasons import RejectReason
from exchange.core.state import State
from exchange.core.types import CASH_SCALE, Day, InvoiceId
from exchange.core.units import PPM, ceiling, format_decimal, half_up

FIRST_DUE_DAYS, INSTALMENT_MONTHS = 30, 12
"""For a ledger whose rulebook does not say."""


def refuse_accept(state: State, command: AcceptContract) -> Refusal | None:
    participant = state.participants.get(command.participant_id)
    if participant is None:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    contract = state.paid_use.contracts.get(command.contract_id)
    if contract is None or contract.participant_id != command.participant_id:
        return state.refuse(RejectReason.CONTRACT_UNKNOWN)
    if participant.frozen:
        return state.refuse(RejectReason.PARTICIPANT_FROZEN)
    refusal = refuse_status(state, contract, ContractStatus.OFFERED)
    if refusal is not None:
        return refusal
    if command.first_fen or command.parts:
        return _refuse_instalments(state, command, contract)
    if not _fee_fen(state, command, contract):
        return refuse_start(state, contract)
    return None


def _refuse_instalments(
    state: State, command: AcceptContract, contract: Contract
) -> Refusal | None:
    fee_fen, parts = contract.fee_fen, command.parts
    region = state.participants[contract.participant_id].region
    above = local(state, "paid_use.instalments_above", region)
    if above is not None and fee_fen <= fen_of(above):
        return cited(
            RejectReason.INSTALMENTS_NOT_ALLOWED,
            above,
            fee=format_decimal(fee_fen, CASH_SCALE),
            above=format_decimal(fen_of(above), CASH_SCALE),
        )
    share = local(state, "paid_use.first_instalment", region)
    minimum = ceiling(fee_fen * ppm_of(share), PPM)
    if command.first_fen < minimum:
        return cited(
            RejectReason.FIRST_INSTALMENT_TOO_SMALL,
            share,
            first=format_decimal(command.first_fen, CASH_SCALE),
            minimum=format_decimal(minimum, CASH_SCALE),
        )
    months = 12 * contract.years
    last_due = parts * state.rules.integer("paid_use.instalment_months", INSTALMENT_MONTHS)
    timely = 1 <= parts <= months and last_due < months
    if timely and 0 < command.first_fen <= fee_fen - parts:
        return None
    return state.refuse(
        RejectReason.INSTALMENTS_OUT_OF_RANGE,
        fee=format_decimal(fee_fen, CASH_SCALE),
        years=str(contract.years),
    )


def accept(state: State, command: AcceptContract) -> list[AnyEvent]:
    """Emits: ContractAccepted; where nothing is to be paid, what starting the contract emits."""
    contract = state.paid_use.contracts[command.contract_id]
    contract.fee_fen = _fee_fen(state, command, contract)
    contract.status = ContractStatus.ACCEPTED
    for amount_fen, due in _instalments(state, command, contract.fee_fen):
        number = InvoiceId(len(state.paid_use.invoices) + 1)
        invoice = Invoice(number, contract.contract_id, amount_fen, due)
        state.paid_use.invoices[number] = invoice
        contract.invoices.append(invoice)
    accepted = ContractAccepted(
        contract.contract_id,
        contract.participant_id,
        contract.fee_fen,
        tuple([DrawnInvoice(one.invoice_id, one.amount_fen, one.due) for one in contract.invoices]),
        state.rules.rule_set,
    )
    if not contract.invoices:
        return [accepted, *start(state, contract)]
    look_again(state, contract)
    return [accepted]


def _fee_fen(state: State, command: AcceptContract, contract: Contract) -> int:
    """Return what is to be paid: less where paying a full term at once is rewarded."""
    kind = state.assets[contract.asset_id].kind
    if command.parts or contract.years < longest(state, kind):
        return contract.fee_fen
    region = state.participants[contract.participant_id].region
    reduction = ppm_of(local(state, "paid_use.at_once_reduction", region))
    return half_up(contract.fee_fen * (PPM - reduction), PPM)


def _instalments(state: State, command: AcceptContract, fee_fen: int) -> list[tuple[int, Day]]:
    """Return amounts and due days: the first soon, the others by the year."""
    if not fee_fen:
        return []
    days = state.rules.integer("paid_use.first_due_days", FIRST_DUE_DAYS)
    first_due = Day(state.today + days)
    if not command.parts:
        return [(fee_fen, first_due)]
    months = state.rules.integer("paid_use.instalment_months", INSTALMENT_MONTHS)
    share, left = divmod(fee_fen - command.first_fen, command.parts)
    amounts = [share] * command.parts
    amounts[-1] += left
    dues = [
        max(first_due, later(state.today, months * number))
        for number in range(1, command.parts + 1)
    ]
    return [(command.first_fen, first_due), *zip(amounts, dues, strict=True)]
