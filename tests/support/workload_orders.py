"""Orders at random: of every kind, amended, withdrawn, well formed or not."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import msgspec

from exchange.core import commands as c
from exchange.core.state import State
from exchange.core.types import Day
from matching import OrderType, SelfTradePrevention, Side, TimeInForce


@dataclass(frozen=True)
class Scene:
    """What a ledger trades: kind, scale and quantity step of its assets, a price and its tick."""

    kinds: tuple[tuple[str, int, int], ...]
    price: int
    tick: int


SCENES = {
    "carbon": Scene((("CEA", 0, 1), ("CCER", 0, 1)), 9800, 1),
    "emission": Scene((("SO2", 3, 1), ("COD", 3, 1), ("NH3N", 4, 1)), 1_000_000, 1),
    "energy": Scene((("ENERGY", 0, 1),), 20_000, 1),
    "water": Scene((("WATER", 0, 1000),), 1081, 1),
}


class Ordering:
    """What members do in the book of one ledger as it stands."""

    name: str
    number: int
    random: Random
    scene: Scene
    state: State
    participant: Callable[[], int]
    instrument: Callable[[], int]
    step: Callable[[int], int]
    recent: Callable[[int], int]

    def open_order(self) -> tuple[int, int]:
        if self.state.orders and self.random.random() < 0.9:
            found = self.random.choice(list(self.state.orders.values()))
            return found.participant.participant_id, found.order_id
        return self.participant(), self.recent(self.state.last_order)

    def price(self, instrument: int) -> int:
        random = self.random
        reference = self.state.instruments[instrument].reference_price or self.scene.price
        if random.random() < 0.04:
            return random.randrange(-10, 3 * reference)
        return reference + random.randrange(-8, 9) * self.scene.tick * max(1, reference // 1000)

    def quantity(self, instrument: int) -> int:
        random = self.random
        if random.random() < 0.015:
            return random.randrange(-5, 10**9)
        return random.randrange(1, 60) * self.step(instrument)

    def order(self, participant_id: int = 0) -> c.PlaceOrder:
        random = self.random
        self.number += 1
        instrument = self.instrument()
        market = random.random() < 0.1
        life = random.choice((TimeInForce.IOC, TimeInForce.FOK) if market else tuple(TimeInForce))
        if random.random() < 0.5 and not market:
            life = TimeInForce.GTC
        dated = life is TimeInForce.GTD or random.random() < 0.01
        return c.PlaceOrder(
            participant_id or self.participant(),
            f"{self.name}order-{self.number}",
            instrument,
            random.choice(tuple(Side)),
            self.quantity(instrument),
            0 if market else self.price(instrument),
            OrderType.MARKET if market else OrderType.LIMIT,
            life,
            random.random() < 0.1,
            Day(self.state.today + random.randrange(-1, 4)) if dated else Day(0),
            random.choice(tuple(SelfTradePrevention)),
        )

    def misshapen_order(self) -> c.PlaceOrder:
        """Spoil one thing of an order."""
        sound = self.order()
        day = Day(self.state.today + 1)
        limits = {
            "order_type": OrderType.LIMIT,
            "time_in_force": TimeInForce.GTC,
            "expires_on": Day(0),
        }
        spoilt = self.random.choice(
            (
                {"price": 0, "order_type": OrderType.LIMIT},
                {"order_type": OrderType.MARKET, "time_in_force": TimeInForce.IOC},
                {**limits, "order_type": OrderType.MARKET, "price": 0},
                {**limits, "time_in_force": TimeInForce.GTD},
                {**limits, "expires_on": day},
                {**limits, "instrument_id": len(self.state.instruments) + 1},
                {**limits, "price": 10**17},
                {**limits, "price": self.scene.tick, "instrument_id": len(self.scene.kinds) + 1},
                {**limits, "quantity": 50_000 * self.scene.kinds[0][2], "post_only": False},
            )
        )
        return msgspec.structs.replace(sound, **spoilt)

    def early_sale(self) -> c.PlaceOrder:
        """Sell units that somebody may only sell on a later day, if there are such."""
        sale = msgspec.structs.replace(self.order(), side=Side.SELL)
        instrument = self.state.instruments[sale.instrument_id]
        for member in self.state.participants.values():
            holding = member.holdings.get(instrument.asset.asset_id)
            if holding is not None and holding.locked >= instrument.step:
                steps = holding.available // instrument.step + 1
                quantity = min(steps * instrument.step, instrument.limits.quantity_max)
                return msgspec.structs.replace(
                    sale, participant_id=member.participant_id, quantity=quantity
                )
        return sale

    def orders(self) -> c.PlaceOrders:
        participant_id = self.participant()
        count = self.random.randrange(5)
        return c.PlaceOrders(
            participant_id, tuple(self.order(participant_id) for _ in range(count))
        )

    def replace(self) -> c.ReplaceOrder:
        participant_id, order_id = self.open_order()
        known = self.state.orders.get(order_id)
        instrument = known.instrument.instrument_id if known else 1
        price = known.price if known and self.random.random() < 0.4 else self.price(instrument)
        return c.ReplaceOrder(participant_id, order_id, price, self.quantity(instrument))

    def cancel(self) -> c.CancelOrder:
        return c.CancelOrder(*self.open_order())

    def cancel_all(self) -> c.CancelOrders:
        instrument = self.random.choice((0, self.instrument()))
        return c.CancelOrders(self.participant(), instrument, self.random.randrange(3))
