"""Commands per second and bytes per resting order of `matching`, on one core.

The mixed flow is 50 % new orders, 41 % cancels and 9 % replaces, on a book that already holds
orders around a mid price. The rules cost the same at every depth; what a deeper book adds is the
processor's cache misses. Messages are built beforehand and given to the book's methods directly,
as the exchange does. Printed, never asserted: `python -m tests.benchmarks.bench_matching`.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
import tracemalloc
from random import Random
from typing import TypeAlias

from matching import Cancel, New, Order, OrderBook, OrderType, Replace, Side, TimeInForce

MID = 10_000
COMMANDS = 100_000
RESTING = (1_000, 10_000, 100_000)
RUNS = 5

Command: TypeAlias = New | Cancel | Replace


def new_order(random: Random, order_id: int, mid: int = MID, away_min: int = -2) -> New:
    side = Side.BUY if random.random() < 0.5 else Side.SELL
    away = away_min + int(random.expovariate(0.05))
    price = mid - away if side == Side.BUY else mid + away
    ioc = away < 0 and random.random() < 0.3
    return New(
        order_id,
        1 + random.randrange(500),
        side,
        1 + random.randrange(100),
        price,
        OrderType.LIMIT,
        TimeInForce.IOC if ioc else TimeInForce.GTC,
    )


def preload(resting: int, seed: int = 1) -> tuple[OrderBook, int]:
    random = Random(seed)
    book = OrderBook()
    for order_id in range(1, resting + 1):
        book.place(new_order(random, order_id, away_min=1))
    return book, resting


def pick_resting(random: Random, book: OrderBook, candidates: list[int]) -> Order:
    """Move a random resting order's id to the end of the candidates, dropping finished ones."""
    while True:
        at = random.randrange(len(candidates))
        candidates[at], candidates[-1] = candidates[-1], candidates[at]
        order = book.find(candidates[-1])
        if order is not None:
            return order
        candidates.pop()


def mixed_flow(resting: int, commands: int, seed: int = 2) -> list[Command]:
    """Cancels and replaces name orders that rest when the flow is played on `preload`."""
    random = Random(seed)
    book, last_id = preload(resting)
    candidates = list(range(1, last_id + 1))
    flow: list[Command] = []
    while len(flow) < commands:
        draw = random.random()
        if draw < 0.5:
            last_id += 1
            flow.append(new_order(random, last_id))
            candidates.append(last_id)
        else:
            order = pick_resting(random, book, candidates)
            if draw < 0.91:
                flow.append(Cancel(order.order_id, order.owner))
                candidates.pop()
            else:
                price = order.price + random.choice((-1, 0, 0, 1))
                quantity = max(1, order.quantity + random.randint(-20, 10))
                flow.append(Replace(order.order_id, price, quantity, order.owner))
        book.apply(flow[-1])
    return flow


def commands_per_second(flow: list[Command], resting: int) -> tuple[float, int]:
    """Play the flow once; return its rate and the number of events."""
    book, _ = preload(resting)
    calls = [
        (book.place, (command,))
        if type(command) is New
        else (book.cancel, (command.order_id, command.owner))
        if type(command) is Cancel
        else (book.replace, (command.order_id, command.price, command.quantity, command.owner))
        for command in flow
    ]
    gc.collect()
    gc.freeze()
    started = time.perf_counter_ns()
    events = 0
    for method, arguments in calls:
        events += len(method(*arguments))
    elapsed = time.perf_counter_ns() - started
    gc.unfreeze()
    return len(flow) * 1e9 / elapsed, events


def bytes_per_order(resting: int = 100_000) -> float:
    """Everything the book holds for an order, its terms and numbers included."""
    random = Random(3)
    book = OrderBook()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for order_id in range(1, resting + 1):
        book.place(new_order(random, order_id, away_min=1))
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / resting


def median_rate(resting: int) -> tuple[float, float]:
    """Return commands per second and events per command."""
    flow = mixed_flow(resting, COMMANDS)
    runs = [commands_per_second(flow, resting) for _ in range(RUNS)]
    return statistics.median(rate for rate, _ in runs), runs[0][1] / COMMANDS


def run() -> dict[str, float]:
    figures: dict[str, float] = {}
    for resting in RESTING:
        figures[f"commands_per_second_{resting}_resting"], events = median_rate(resting)
        figures[f"events_per_command_{resting}_resting"] = events
    figures["bytes_per_resting_order"] = bytes_per_order()
    return figures


def main() -> None:
    for name, value in run().items():
        sys.stdout.write(f"{name:42} {value:14,.1f}\n")


if __name__ == "__main__":
    main()
