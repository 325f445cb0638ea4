"""Payment of invoices: from the member's cash to the treasury, whole and in order.

Invariant: an invoice is paid once; what the treasury got is what was paid.
Rule: `paid_use.overdue_interest`; revenue of paid use is the treasury's (财税〔2015〕61号).
"""

from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.paid_use.commands import PayInvoice
from exchange.core.paid_use.events import InvoicePaid
from exchange.core.paid_use.overdue import interest_fen, look_again, resume
from exchange.core.paid_use.start import refuse_start, start
from exchange.core.paid_use.state import UNPAID, ContractStatus, Invoice, InvoiceStatus, name
from exchange.core.reasons import RejectReason
from exchange.core.state import Participant, State
from exchange.core.totals.movement import post_chain
from exchange.core.totals.targets import house_account
from exchange.core.transfers import refuse_spend
from exchange.core.types import CASH, Purpose, TransferCode


def refuse_pay(state: State, command: PayInvoice) -> Refusal | None:
    participant = state.participants.get(command.participant_id)
    if participant is None:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    invoice = state.paid_use.invoices.get(command.invoice_id)
    if invoice is None:
        return state.refuse(RejectReason.INVOICE_UNKNOWN)
    contract = state.paid_use.contracts[invoice.contract_id]
    if contract.participant_id != command.participant_id:
        return state.refuse(RejectReason.INVOICE_UNKNOWN)
    if participant.frozen:
        return state.refuse(RejectReason.PARTICIPANT_FROZEN)
    if invoice.status not in UNPAID:
        return state.refuse(RejectReason.INVOICE_SETTLED, status=str(invoice.status))
    following = contract.unpaid()[0]
    if following is not invoice:
        return state.refuse(RejectReason.INVOICE_NOT_NEXT, next=f"v{following.invoice_id}")
    if contract.status is ContractStatus.ACCEPTED:
        refusal = refuse_start(state, contract)
        if refusal is not None:
            return refusal
    due_fen = invoice.amount_fen + interest_fen(state, invoice)
    return refuse_spend(state, participant.cash, due_fen)


def pay(state: State, command: PayInvoice) -> list[AnyEvent]:
    """Emits: PlaceAccountOpened at first, TransferPosted, InvoicePaid.

    The first payment starts the contract; the last of what is overdue ends its suspension.
    """
    invoice = state.paid_use.invoices[command.invoice_id]
    contract = state.paid_use.contracts[invoice.contract_id]
    interest = interest_fen(state, invoice)
    events = _post(state, state.participants[command.participant_id], invoice, interest)
    invoice.status = InvoiceStatus.PAID
    events.append(
        InvoicePaid(
            invoice.invoice_id,
            contract.contract_id,
            invoice.amount_fen,
            interest,
            state.today,
        )
    )
    if contract.status is ContractStatus.ACCEPTED:
        return events + start(state, contract)
    if contract.status is ContractStatus.SUSPENDED and not contract.overdue():
        events += resume(state, contract)
    look_again(state, contract)
    return events


def _post(
    state: State, participant: Participant, invoice: Invoice, interest: int
) -> list[AnyEvent]:
    treasury, events = house_account(state, CASH, Purpose.TREASURY)
    reference = f"contract {name(invoice.contract_id)} invoice v{invoice.invoice_id}"
    parts = (
        (invoice.amount_fen, TransferCode.PAID_USE_FEE),
        (interest, TransferCode.LATE_INTEREST),
    )
    for amount_fen, code in parts:
        leg = (participant.cash, treasury, amount_fen)
        events += post_chain(state, [leg], code, reference)
    return events
