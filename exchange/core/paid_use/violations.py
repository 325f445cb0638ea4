"""What is always true of paid use."""

from collections.abc import Iterator
from itertools import combinations

from exchange.core.paid_use.state import Contract, ContractStatus
from exchange.core.state import State

_SET_ASIDE = (ContractStatus.OFFERED, ContractStatus.ACCEPTED)
_RUNNING = (ContractStatus.ACTIVE, ContractStatus.SUSPENDED)


def violations(state: State) -> Iterator[str]:
    paid_use = state.paid_use
    for freeze_id in paid_use.freezes:
        if freeze_id not in state.freezes:
            yield f"freeze {freeze_id} of a contract is gone"
    for contract in paid_use.contracts.values():
        yield from _contract(state, contract)
    for one, other in combinations(paid_use.schedules.values(), 2):
        apart = (one.valid_to and one.valid_to < other.valid_from) or (
            other.valid_to and other.valid_to < one.valid_from
        )
        if (one.kind, one.place) == (other.kind, other.place) and not apart:
            yield f"fee schedules {one.schedule_id} and {other.schedule_id} overlap"


def _contract(state: State, contract: Contract) -> Iterator[str]:
    number = contract.contract_id
    if contract.status is not ContractStatus.OFFERED:
        invoiced = sum(invoice.amount_fen for invoice in contract.invoices)
        drawn = invoiced or contract.status is not ContractStatus.LAPSED
        if drawn and invoiced != contract.fee_fen:
            yield f"contract {number} costs {contract.fee_fen}, its invoices {invoiced}"
    if contract.status in _SET_ASIDE:
        frozen = state.freezes.get(contract.freeze_id)
        if frozen is None or frozen.quantity != contract.quantity:
            yield f"contract {number} has not all of its units set aside"
    if contract.attention and contract.attention <= state.today:
        yield f"contract {number} waits for a day that is past"
    owed = contract.status in _RUNNING and contract.overdue()
    if contract.status is ContractStatus.SUSPENDED and not owed:
        yield f"contract {number} is suspended and owes nothing"
    if not 0 <= contract.returned <= contract.quantity:
        yield f"contract {number} had {contract.returned} returned of {contract.quantity}"
