"""The cheapest lots that meet what is owed: by price, then oldest first, offsets in their share.

What is cheap to give up is given up first, so no other choice of the same lots costs less: the only
limit beside the sum is that on offsets, and it only ever passes one offset over for another.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lot that counts. `price` is yuan a unit in the given scale, None when unknown."""

    lot_id: int
    asset_id: int
    vintage: str
    free: int
    offset: bool
    price: int | None


@dataclass(frozen=True, slots=True)
class Choice:
    candidate: Candidate
    quantity: int


def cheapest(candidates: Iterable[Candidate], owed: int, offset_left: int) -> list[Choice]:
    """Choose lots for what is owed; lots without a price come last. Cost: by lots, sorted."""
    chosen = []
    for one in sorted(candidates, key=_rank):
        most = min(one.free, owed, offset_left if one.offset else owed)
        if most <= 0:
            continue
        chosen.append(Choice(one, most))
        owed -= most
        offset_left -= most if one.offset else 0
    return chosen


def _rank(one: Candidate) -> tuple[bool, int, str, int]:
    return one.price is None, one.price or 0, one.vintage, one.lot_id
