"""A market in which much has happened: commands at random, applied without a sequencer."""

from random import Random

from exchange.core.commands import AdvanceTime
from tests.support.builders import Market
from tests.support.workload import Workload


def play(ledger: str, seed: int, count: int) -> Market:
    """Apply commands at random, with time going on among them."""
    market, random = Market(ledger, rules=False), Random(seed)
    workload = Workload(ledger, random, lambda: market.venue.state)
    for command in workload.opening():
        market.apply(command)
    while len(market.entries) < count:
        if random.random() < 0.035:
            market.now_ns = workload.next_time(market.now_ns)
            market.apply(AdvanceTime(market.now_ns))
        elif market.now_ns >= market.venue.next_due_ns:
            market.apply(AdvanceTime(market.now_ns))  # amended hours are due at once
        else:
            market.apply(workload.command())
    return market
