"""Where a plan's units come from: what a place has left, or a pot that was set aside.

Invariant: no row takes more than its source has left after the rows before it.
Rule: `totals.hard_limit`.
"""

from exchange.core.allocation.content import PlanContent
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import State
from exchange.core.totals import places, pots
from exchange.core.totals.movement import post_chain
from exchange.core.totals.targets import insufficient
from exchange.core.types import Purpose, TransferCode

Source = tuple[str, str]
"""A place and a pot of it, which is empty for what the place has left."""


def refuse_pot(state: State, content: PlanContent) -> Refusal | None:
    """Check that the pot a content names is one, of a place with a total."""
    if not content.pot:
        return None
    place, pot = source_of(content, places.root(state, content.asset_id))
    known = place in state.totals.places[content.asset_id]
    if known and pot in pots.POTS:
        return None
    return state.refuse(RejectReason.POT_UNKNOWN, pot=content.pot)


def source_of(content: PlanContent, place: str) -> Source:
    """Return what an entity of a place is given from."""
    elsewhere, named, pot = content.pot.rpartition(":")
    return (elsewhere, pot) if named else (place, pot)


class Left:
    """What the sources of a content have left while its rows are gone through."""

    __slots__ = ("_content", "_left", "_state")

    def __init__(self, state: State, content: PlanContent) -> None:
        self._state = state
        self._content = content
        self._left: dict[Source, int] = {}

    def take(self, place: str, quantity: int, row: int, entity: str) -> Refusal | None:
        """Count off what an entity of a place gets, or refuse it with the row and the figures."""
        source = source_of(self._content, place)
        left = self._of(source)
        if quantity <= left:
            self._left[source] = left - quantity
            return None
        state, asset_id = self._state, self._content.asset_id
        figures = {"row": str(row), "entity": entity}
        if source[1]:
            return pots.drained(state, asset_id, source, left, quantity, **figures)
        return insufficient(state, asset_id, source[0], left, quantity, **figures)

    def give(self, place: str, quantity: int) -> None:
        """Count in what comes back to what a place has left."""
        self._left[place, ""] = self._of((place, "")) + quantity

    def _of(self, source: Source) -> int:
        left = self._left.get(source)
        if left is None:
            account = pots.source_of(self._state, self._content.asset_id, *source)
            left = 0 if account is None else account.available
        return left


def draw(
    state: State, content: PlanContent, by_place: dict[str, int], reference: str
) -> list[AnyEvent]:
    """Post what the members of each place were given on the control totals.

    Posts: the source to `allocated` of its place, and on to that of another place.
    Emits: TransferPosted.
    """
    house = state.accounts.house
    given, moved = [], []
    for place, quantity in by_place.items():
        source = source_of(content, place)
        account = pots.source_of(state, content.asset_id, *source)
        if not quantity or account is None:
            continue
        there = house(content.asset_id, Purpose.ALLOCATED, source[0])
        given.append((account, there, quantity))
        if source[0] != place:
            moved.append((there, house(content.asset_id, Purpose.ALLOCATED, place), quantity))
    return [
        *post_chain(state, given, TransferCode.ALLOCATE, reference),
        *post_chain(state, moved, TransferCode.TOTAL_MOVED, reference),
    ]
