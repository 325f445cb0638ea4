"""One side of a book: orders queued at price levels, the best level at hand.

A level's `rank` is its price as its own side sees it: the price for asks, its negative for bids.
A lower rank is always better, so both sides share one code.

Invariants:
- `levels` and `heap` hold the same ranks, each once. A level may be empty; it is dropped when it
  comes to the top of the heap, or when empty levels outnumber the others by `SPARE_LEVELS`.
- `best_rank` is the rank of the best level that has orders, `NO_RANK` when there is none.
- A level's queue is a doubly linked list through its orders; its `quantity` is the sum of their
  leaves and its `count` their number.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import islice
from typing import TYPE_CHECKING, Final

from matching.messages import Level, New, SelfTradePrevention, Side, TimeInForce

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_RANK: Final = 10**19
SPARE_LEVELS: Final = 64


class Order:
    """A resting order: its terms as entered, and what has become of them since.

    `quantity` is the present total, `leaves` what is open of it; `price` the present limit.
    """

    __slots__ = ("ahead", "behind", "leaves", "level", "price", "quantity", "terms")

    ahead: Order | None
    behind: Order | None
    level: PriceLevel

    def __init__(self, terms: New, leaves: int) -> None:
        self.terms = terms
        self.price = terms.price
        self.quantity = terms.quantity
        self.leaves = leaves

    @property
    def order_id(self) -> int:
        return self.terms.order_id

    @property
    def owner(self) -> int:
        return self.terms.owner

    @property
    def group(self) -> int:
        return self.terms.group

    @property
    def side(self) -> Side:
        return self.terms.side

    @property
    def time_in_force(self) -> TimeInForce:
        return self.terms.time_in_force

    @property
    def expires_on(self) -> int:
        return self.terms.expires_on

    @property
    def post_only(self) -> bool:
        return self.terms.post_only

    @property
    def self_trade_prevention(self) -> SelfTradePrevention:
        return self.terms.self_trade_prevention

    @property
    def executed(self) -> int:
        return self.quantity - self.leaves

    def __repr__(self) -> str:
        return f"<Order {self.order_id} {self.side.name} {self.leaves}@{self.price}>"


class PriceLevel:
    """The queue at one price, oldest order at the head."""

    __slots__ = ("count", "head", "price", "quantity", "rank", "side", "tail")

    def __init__(self, side: BookSide, rank: int) -> None:
        self.side = side
        self.rank = rank
        self.price = rank * side.sign
        self.quantity = 0
        self.count = 0
        self.head: Order | None = None
        self.tail: Order | None = None


class BookSide:
    """The bids (`sign` -1) or the asks (`sign` +1) of one book."""

    __slots__ = ("best_rank", "heap", "levels", "live", "sign")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.levels: dict[int, PriceLevel] = {}
        self.heap: list[int] = []
        self.live = 0
        self.best_rank = NO_RANK

    @property
    def best_price(self) -> int:
        return self.best_rank * self.sign if self.live else 0

    def append(self, order: Order) -> None:
        """Queue an order behind all others of its price."""
        rank = order.price * self.sign
        level = self.levels.get(rank)
        if level is None:
            level = self.levels[rank] = PriceLevel(self, rank)
            heappush(self.heap, rank)
        order.level = level
        order.behind = None
        order.ahead = tail = level.tail
        level.tail = order
        level.count += 1
        level.quantity += order.leaves
        if tail is not None:
            tail.behind = order
            return
        level.head = order
        self.live += 1
        if rank < self.best_rank:  # noqa: PLR1730  a call to min() costs more
            self.best_rank = rank

    def remove(self, order: Order) -> None:
        """Take an order out of its queue; the others keep their places."""
        level = order.level
        ahead = order.ahead
        behind = order.behind
        level.count -= 1
        level.quantity -= order.leaves
        if ahead is None:
            level.head = behind
        else:
            ahead.behind = behind
            order.ahead = None
        if behind is None:
            level.tail = ahead
            if ahead is None:
                self._emptied(level)
        else:
            behind.ahead = ahead
            # A caller that keeps a finished order must not keep all later ones alive with it.
            order.behind = None

    def best_first(self) -> Iterator[PriceLevel]:
        """Yield the levels that have orders, best first. Cost: k log k for the first k.

        The heap is walked from its root with a second, small heap of the positions reached.
        """
        heap = self.heap
        reached = [(heap[0], 0)] if heap else []
        while reached:
            rank, position = heappop(reached)
            level = self.levels[rank]
            if level.count:
                yield level
            for child in (2 * position + 1, 2 * position + 2):
                if child < len(heap):
                    heappush(reached, (heap[child], child))

    def top(self, levels: int) -> list[Level]:
        """Show the best levels."""
        return [Level(x.price, x.quantity, x.count) for x in islice(self.best_first(), levels)]

    def _emptied(self, level: PriceLevel) -> None:
        self.live -= 1
        if level.rank == self.best_rank:
            self._advance()
        if len(self.heap) > 2 * self.live + SPARE_LEVELS:
            self._compact()

    def _advance(self) -> None:
        heap = self.heap
        levels = self.levels
        while heap:
            rank = heap[0]
            if levels[rank].count:
                self.best_rank = rank
                return
            del levels[heappop(heap)]
        self.best_rank = NO_RANK

    def _compact(self) -> None:
        self.levels = {rank: level for rank, level in self.levels.items() if level.count}
        self.heap = list(self.levels)
        heapify(self.heap)
