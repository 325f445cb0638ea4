"""Whether a contract stands where an act needs it to."""

from exchange.core.outcomes import Refusal
from exchange.core.paid_use.state import Contract, ContractStatus
from exchange.core.reasons import RejectReason
from exchange.core.rules import day_text
from exchange.core.state import State

ENDED = "ended"


def over(contract: Contract, today: int) -> bool:
    """Tell whether the years of a contract that had started are past."""
    return 0 < contract.valid_to < today


def refuse_status(state: State, contract: Contract, needed: ContractStatus) -> Refusal | None:
    """Refuse an act on a contract of another status, or on one that has ended."""
    ended = over(contract, state.today)
    if contract.status is needed and not ended:
        return None
    figures = {"status": str(contract.status), "needed": str(needed)}
    if ended:
        figures["valid_to"] = day_text(contract.valid_to)
    return state.refuse(RejectReason.CONTRACT_STATUS_REFUSED, **figures)
