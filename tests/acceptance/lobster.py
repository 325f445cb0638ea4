"""A recorded trading day's events as commands, and its published books to compare with.

Source: LOBSTER sample, AAPL 2012-06-21, ten levels. Type 1 new order, 2 partial cancel, 3 delete, 4
visible execution, 5 hidden execution (which does not touch the book). Prices are dollars x 10,000.
"""

import csv
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import steppe

LEVELS = 10
NEW, REDUCE, DELETE, EXECUTE, HIDDEN = 1, 2, 3, 4, 5
BUY = 1
EMPTY = 9_999_999_999

Ladder = list[tuple[Decimal, Decimal]]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the message file; `direction` is that of the resting order."""

    kind: int
    order_id: int
    size: int
    price: Decimal
    direction: int


@dataclass(frozen=True, slots=True)
class Published:
    """The ten best levels of both sides, as published after an event."""

    bids: Ladder
    asks: Ladder


def read_events(path: Path) -> list[Event]:
    with path.open() as file:
        return [
            Event(int(row[1]), int(row[2]), int(row[3]), Decimal(row[4]) / 10_000, int(row[5]))
            for row in csv.reader(file)
        ]


def read_books(path: Path) -> list[Published]:
    books = []
    with path.open() as file:
        for row in csv.reader(file):
            numbers = [int(text) for text in row]
            books.append(Published(_side(numbers, 2), _side(numbers, 0)))
    return books


def _side(numbers: list[int], start: int) -> Ladder:
    found = []
    for level in range(LEVELS):
        price, size = numbers[start + 4 * level], numbers[start + 1 + 4 * level]
        if abs(price) < EMPTY:
            found.append((Decimal(price) / 10_000, Decimal(size)))
    return found


@dataclass(slots=True)
class Standing:
    """An order of ours in the book, where it stands and whom it stands for (0: unknown)."""

    order_id: str
    direction: int
    price: Decimal
    known_as: int


@dataclass(slots=True)
class Replay:
    """Drives one instrument: `maker` owns what rests, `taker` what executes against it.

    The recording holds only what happens within the ten best levels. A level that leaves them is
    out of sight: what becomes of it there is not recorded, and shows only when it comes back into
    sight.
    """

    maker: steppe.Client
    taker: steppe.Client
    instrument: str
    orders: list[Standing] = field(default_factory=list)
    horizon: dict[int, Decimal] = field(default_factory=dict)

    def open_with(self, book: Published) -> None:
        """Lay out the first published book: one order for each level, of whoever stood there."""
        for direction, side in ((BUY, book.bids), (-BUY, book.asks)):
            for price, size in side:
                self._rest(direction, price, int(size), 0)
        self.see(book)

    def see(self, book: Published) -> None:
        """Remember how deep the published book lets us see."""
        self.horizon = {BUY: book.bids[-1][0], -BUY: book.asks[-1][0]}

    def play(self, event: Event) -> None:
        if event.kind == NEW:
            self._rest(event.direction, event.price, event.size, event.order_id)
        elif event.kind in (REDUCE, DELETE):
            self._take_off(event.direction, event.price, event.size, event.order_id)
        elif event.kind == EXECUTE:
            receipt = self.taker.place_order(
                instrument=self.instrument,
                side="sell" if event.direction == BUY else "buy",
                quantity=event.size,
                price=event.price,
                time_in_force="ioc",
            )
            assert receipt.executed == event.size, "an execution must fill"

    def correct(self, direction: int, price: Decimal, book: Published) -> None:
        """Bring a level that came into sight to its published size."""
        wanted = dict(book.bids if direction == BUY else book.asks).get(price, Decimal(0))
        shown = self.shown()
        there = dict(shown.bids if direction == BUY else shown.asks).get(price, Decimal(0))
        if wanted > there:
            self._rest(direction, price, int(wanted - there), 0)
        elif there > wanted:
            self._take_off(direction, price, int(there - wanted), 0)

    def shown(self) -> Published:
        book = self.maker.book(self.instrument, depth=LEVELS)
        return Published(
            [(level.price, level.quantity) for level in book.bids],
            [(level.price, level.quantity) for level in book.asks],
        )

    def _rest(self, direction: int, price: Decimal, size: int, known_as: int) -> None:
        receipt = self.maker.place_order(
            instrument=self.instrument,
            side="buy" if direction == BUY else "sell",
            quantity=size,
            price=price,
        )
        assert receipt.status == "open", f"{receipt.order_id} should rest"
        self.orders.append(Standing(receipt.order_id, direction, price, known_as))

    def _take_off(self, direction: int, price: Decimal, size: int, known_as: int) -> None:
        """Take quantity off a level: off the order named, else off those that stand there."""
        level = [o for o in self.orders if (o.direction, o.price) == (direction, price)]
        level.sort(key=lambda standing: standing.known_as != known_as)
        for standing in level:
            order = self.maker.order(standing.order_id)
            off = min(size, int(order.leaves))
            if off and off == order.leaves:
                self.maker.cancel_order(order.order_id)
            elif off:
                total = order.quantity - off
                self.maker.replace_order(order.order_id, price=price, quantity=total)
            if off == order.leaves:
                self.orders.remove(standing)
            size -= off
            if not size:
                return


def differences(shown: Published, published: Published) -> list[tuple[int, Decimal]]:
    """Return the places (direction, price) at which two books differ."""
    places = []
    for direction, mine, theirs in (
        (BUY, shown.bids, published.bids),
        (-BUY, shown.asks, published.asks),
    ):
        mine_by, theirs_by = dict(mine), dict(theirs)
        places.extend(
            (direction, price)
            for price in {**mine_by, **theirs_by}
            if mine_by.get(price) != theirs_by.get(price)
        )
    return places
