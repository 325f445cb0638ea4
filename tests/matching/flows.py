"""Long random message flows of every kind, from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from matching import (
    BookLimits,
    Cancel,
    CancelAll,
    Expire,
    Message,
    New,
    OrderType,
    Replace,
    SelfTradePrevention,
    SetBand,
    Side,
    TimeInForce,
)

LIMITS = BookLimits(tick=2, step=5, quantity_min=10, quantity_max=200)
MID = 100
LIVES = list(TimeInForce)
ORDINARY = [TimeInForce.GTC, TimeInForce.GTC, TimeInForce.GTC]


def flow(seed: int, length: int, *, ids_increase: bool = True) -> Iterator[Message]:
    """Yield messages, mostly sensible, some refused, that keep a small book busy."""
    random = Random(seed)
    ids = list(range(1, length + 1))
    if not ids_increase:
        random.shuffle(ids)
    used = [0]
    for day, order_id in enumerate(ids):
        draw = random.random()
        if draw < 0.6:
            used.append(order_id if random.random() < 0.98 else random.choice(used))
            yield new_order(random, used[-1], day)
        elif draw < 0.78:
            yield Cancel(recent(random, used), random.choice((0, 0, 0, 1, 2)))
        elif draw < 0.96:
            yield Replace(
                recent(random, used), price(random), quantity(random), random.choice((0, 0, 0, 1))
            )
        elif draw < 0.97:
            yield CancelAll(random.randrange(5), random.choice((None, Side.BUY, Side.SELL)))
        elif draw < 0.98:
            yield Expire(day)
        else:
            yield random.choice((SetBand(0, 0), SetBand(MID - 6, MID + 8)))


def recent(random: Random, used: list[int]) -> int:
    return random.choice(used[-60:])


def price(random: Random) -> int:
    away = random.choice((2, 2, 2, 2, 2, 2, 2, 2, 2, 1)) * random.randint(-7, 7)
    return MID + away if random.random() < 0.99 else 0


def quantity(random: Random) -> int:
    return random.choice((0, 7, 5, 205)) if random.random() < 0.03 else 5 * random.randint(2, 30)


def new_order(random: Random, order_id: int, day: int) -> New:
    market = random.random() < 0.1
    passing = (TimeInForce.IOC, TimeInForce.FOK)
    life = random.choice(passing if market and random.random() < 0.9 else LIVES + ORDINARY)
    dated = (life == TimeInForce.GTD) == (random.random() < 0.97)
    side = random.choice((Side.BUY, Side.SELL))
    lean = -4 if side == Side.BUY else 4
    return New(
        order_id=order_id,
        owner=random.randrange(5),
        side=side,
        quantity=quantity(random),
        price=price(random) + lean if not market or random.random() < 0.03 else 0,
        order_type=OrderType.MARKET if market else OrderType.LIMIT,
        time_in_force=life,
        post_only=random.random() < 0.1,
        expires_on=day + random.randint(1, 100) if dated else 0,
        group=random.choice((0, 0, 0, 1, 2)),
        self_trade_prevention=random.choice(list(SelfTradePrevention)),
    )
