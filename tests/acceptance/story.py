"""The story of a market, told over HTTP and checked on the way.

Issue, fund, trade on all four ledgers, reach T+1, sell again; with three published cases: the thin
day of 2022-08-16, the opening of 2021-07-16 and the rule that what is bought today is not sold
today.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import steppe

MORNING = {"carbon": "CEA24", "emission": "COD-YR", "energy": "TCE26", "water": "WR-YR"}
QUANTITY = {"carbon": "10000", "emission": "1.5", "energy": "500", "water": "30000"}
DOCUMENT = "demonstration"

Tell = Callable[[str], None]


class Story:
    """Walks through the market's day with the sandbox's own members."""

    def __init__(self, clients: Callable[[str], steppe.Client], tell: Tell) -> None:
        self._clients = clients
        self._known: dict[str, steppe.Client] = {}
        self.tell = tell

    def as_(self, name: str) -> steppe.Client:
        if name not in self._known:
            self._known[name] = self._clients(name)
        return self._known[name]

    def check(self, fact: str, found: object, expected: object) -> None:
        """Print a fact; fail when it is not what was expected."""
        self.tell(f"   {fact}: {found}")
        if found != expected:
            raise AssertionError(f"{fact}: {found!r}, expected {expected!r}")

    def refused(self, fact: str, code: str, call: Callable[[], object]) -> steppe.Refused:
        """Print how something was refused; fail when it was not, or otherwise."""
        try:
            call()
        except (steppe.Refused, steppe.Conflict) as refused:
            self.check(fact, refused.code, code)
            return refused
        raise AssertionError(f"{fact}: it was not refused as {code}")

    def member(self, name: str) -> str:
        """Return a member's participant id."""
        return self.as_(name).participants().items[0].participant_id

    def play(self) -> None:
        self.trade_on_all_ledgers()
        self.meet_the_band()
        self.thin_day()
        self.sell_back()

    def available(self, name: str, asset: str) -> tuple[Decimal, Decimal]:
        """Return what a member may sell of an asset now, and what it may not sell yet."""
        for balance in self.as_(name).balances(asset=asset).items:
            if balance.purpose == "holding":
                return balance.available, balance.not_yet_tradable
        return Decimal(0), Decimal(0)

    def cash(self, name: str, ledger: str) -> Decimal:
        (balance,) = self.as_(name).balances(ledger=ledger, asset="CNY").items
        return balance.total

    def trade_on_all_ledgers(self) -> None:
        """One trade on each ledger: rights one way, money the other."""
        seller, buyer = "ordos-methanol", "baotou-steel"
        for ledger, instrument in MORNING.items():
            self.tell(f"{ledger}: {instrument}")
            facts = self.as_(buyer).instrument(instrument)
            assert facts.band is not None
            price, quantity = facts.band.reference, Decimal(QUANTITY[ledger])
            money = self.cash(buyer, ledger)
            self.as_(seller).place_order(
                instrument=instrument, side="sell", quantity=quantity, price=price
            )
            bought = self.as_(buyer).place_order(
                instrument=instrument, side="buy", quantity=quantity, price=price
            )
            self.check("the buyer's order", bought.status, "filled")
            spent = money - self.cash(buyer, ledger)
            value = (price * quantity).quantize(Decimal("0.01"))
            self.check("yuan paid for it", spent, value)

    def meet_the_band(self) -> None:
        """Opening of the national market: reference 48, so 52.78 goes in and 52.81 does not."""
        self.tell("the opening of 2021-07-16: reference 48.00, band of 10 %")
        self._list("CEA1920", "48.00")
        trader = self.as_("baotou-aluminium")
        order = {"instrument": "CEA1920", "side": "buy", "quantity": 1000}
        self.check("bid at 52.78", trader.place_order(price="52.78", **order).status, "open")
        over = self.refused(
            "bid at 52.81",
            "price_outside_band",
            lambda: trader.place_order(price="52.81", **order),
        )
        self.check("refused by rule", over.rule.id if over.rule else None, "carbon.trading.band")
        self.check("upper limit", over.figures["high"], "52.80")
        trader.cancel_all(ledger="carbon", instrument="CEA1920")

    def thin_day(self) -> None:
        """A day of one trade: 200 t at 58 make 11,600 yuan and all four prices."""
        self.tell("the thin day of 2022-08-16: one trade of 200 t at 58")
        self._list("CEA-THIN", "58.00")
        self._issue("CEA-THIN", "wuhai-chemicals", 1000)
        terms = {"instrument": "CEA-THIN", "quantity": 200, "price": "58.00"}
        self.as_("wuhai-chemicals").place_order(side="sell", **terms)
        self.as_("baotou-steel").place_order(side="buy", **terms)
        day = self.as_("auditor").ticker("CEA-THIN")
        self.check("turnover", day.turnover, Decimal("11600.00"))
        for name in ("open", "high", "low", "last"):
            self.check(name, getattr(day, name), Decimal("58.00"))
        self.until(15, 1)
        self.check("close", self.as_("auditor").ticker("CEA-THIN").close, Decimal("58.00"))

    def sell_back(self) -> None:
        """What was bought today is sold on the next trading day, not before."""
        self.until(9, 31, days=1)
        self.tell("bought at ten, sold on the next trading day (T+1)")
        buyer, seller = "steppe-brokers", "tongliao-power"
        terms = {"instrument": "CEA24", "quantity": 10_000, "price": "98.00"}
        self.as_(seller).place_order(side="sell", **terms)
        self.check("bought", self.as_(buyer).place_order(side="buy", **terms).status, "filled")
        self.check("sellable today", self.available(buyer, "CEA24"), (0, Decimal(10_000)))
        self.refused(
            "selling it the same day",
            "units_not_yet_tradable",
            lambda: self.as_(buyer).place_order(side="sell", **terms),
        )
        self.refused(
            "selling more than is held",
            "units_insufficient",
            lambda: self.as_("hulunbuir-paper").place_order(
                instrument="CEA23", side="sell", quantity=60_000, price="97.00"
            ),
        )
        self.until(9, 31, days=1)
        self.check("sellable on the next day", self.available(buyer, "CEA24")[0], 10_000)
        again = self.as_(buyer).place_order(side="sell", **terms)
        self.check("selling it again", again.status, "open")

    def until(self, hour: int, minute: int, *, days: int = 0) -> None:
        """Let the sandbox's clock run to a local time, today or on a later day."""
        operator = self.as_("operator")
        now = operator.time().venue_time
        today = operator.time().local_date.toordinal() + days
        local = datetime.fromordinal(today).replace(hour=hour, minute=minute, tzinfo=UTC)
        target = datetime.fromtimestamp(local.timestamp() - 8 * 3600, UTC)
        if target > now:
            operator.advance_clock(to=target)
        self.tell(f"   the clock shows {operator.time().venue_time:%Y-%m-%d %H:%M} UTC")

    def until_open(self) -> None:
        """Let the clock run to the morning of a trading day, unless it is one now."""
        while self.as_("operator").time().ledgers[0].session != "open":
            self.until(9, 35, days=1)

    def _list(self, code: str, reference: str) -> None:
        operator, regulator = self.as_("operator"), self.as_("regulator")
        operator.define_asset(
            ledger="carbon",
            code=code,
            kind="CEA",
            unit="tCO2e",
            scale=0,
            title_zh=code,
            title_en=code,
        )
        regulator.authorise_issuance(code, quantity=1_000_000, document=DOCUMENT)
        operator.list_instrument(
            code=code, asset=code, title_zh=code, title_en=code, reference_price=reference
        )

    def _issue(self, code: str, name: str, quantity: int) -> None:
        receipt = self.as_("regulator").issue_units(
            code, participant_id=self.member(name), quantity=quantity, source=DOCUMENT
        )
        self.tell(f"   issued {quantity} of {code} as {receipt.lot_id}")
