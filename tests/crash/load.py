"""A load over HTTP that keeps a log: what was sent, and what was acknowledged of it.

Every request names itself by an id of ours, so that it can be repeated. An answer below 500 is an
acknowledgement; an answer of 503 or none at all leaves the outcome unknown.
"""

import asyncio
import itertools
import random
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.support.server import TLS, Sandbox

FIRMS = (
    *("baotou-steel", "baotou-power", "wuhai-chemicals"),
    *("ordos-methanol", "hohhot-power", "alxa-chlor-alkali"),
)
REPLAYED = "idempotent-replayed"


@dataclass(frozen=True, slots=True)
class Market:
    """An instrument with its middle price in ticks, and how both are written."""

    code: str
    ledger: str
    asset: str
    middle: int
    scale: int
    quantities: tuple[str, ...]

    def price(self, ticks: int) -> str:
        whole, part = divmod(ticks, 10**self.scale)
        return f"{whole}.{part:0{self.scale}d}"


MARKETS = (
    Market("CEA24", "carbon", "CEA24", 98_00, 2, ("1", "2", "5", "20")),
    Market("TCE25", "energy", "TCE25", 150_00, 2, ("1", "2", "5")),
    Market("WR-YR", "water", "WR-YR", 1_081, 3, ("100", "500")),
    Market("COD-YR", "emission", "COD-YR", 10_790_00, 2, ("0.0100", "0.0500")),
)


@dataclass(slots=True)
class Sent:
    """One request. `names` are the ids of its commands as the journal has them, in order."""

    kind: str
    member: str
    ledger: str
    path: str
    body: dict[str, Any] | None
    key: str | None
    names: tuple[str, ...]
    status: int = 0
    answer: dict[str, Any] = field(default_factory=dict)
    replayed: bool = False

    @property
    def acknowledged(self) -> bool:
        return 200 <= self.status < 500


async def ask(http: httpx2.AsyncClient, sandbox: Sandbox, sent: Sent) -> Sent:
    """Send a request, again or for the first time; return it with what was answered.

    Raises: httpx2.HTTPError when nothing was.
    """
    headers = sandbox.bearer(sent.member, sent.key)
    answer = await http.post(sent.path, json=sent.body, headers=headers)
    return Sent(
        *(sent.kind, sent.member, sent.ledger, sent.path, sent.body, sent.key, sent.names),
        status=answer.status_code,
        answer=answer.json(),
        replayed=answer.headers.get(REPLAYED) == "true",
    )


class Load:
    """A closed loop for each of some members, until it is stopped or the server is gone."""

    def __init__(self, sandbox: Sandbox, seed: int, name: str, accounts: dict) -> None:
        self._sandbox = sandbox
        self._rng = random.Random(f"{seed} {name}")
        self._name = name
        self._accounts = accounts
        self._numbers = itertools.count()
        self._orders: dict[str, list[str]] = {firm: [] for firm in FIRMS}
        self._chains: dict[str, list[str]] = {firm: [] for firm in FIRMS}
        self.log: list[Sent] = []
        self.stopping = False

    async def run(self) -> None:
        async with httpx2.AsyncClient(
            base_url=self._sandbox.address, timeout=60, verify=TLS
        ) as http:
            await asyncio.gather(*(self._drive(http, firm) for firm in FIRMS))

    async def _drive(self, http: httpx2.AsyncClient, firm: str) -> None:
        while not self.stopping:
            sent = self._next(firm)
            place = len(self.log)
            self.log.append(sent)
            try:
                answered = self.log[place] = await ask(http, self._sandbox, sent)
            except (httpx2.HTTPError, ValueError):
                await asyncio.sleep(0.02)
                continue
            if answered.status == 503:
                await asyncio.sleep(0.02)
            self._learn(firm, answered)

    def _learn(self, firm: str, answered: Sent) -> None:
        if answered.status not in (200, 201):
            return
        if answered.kind == "order" and answered.answer["leaves"] != "0":
            self._orders[firm].append(answered.answer["order_id"])
        elif answered.kind == "pending":
            self._chains[firm].append(answered.answer["chain_id"])

    # What is sent

    def _next(self, firm: str) -> Sent:
        choice = self._rng.random()
        makers = (
            (0.44, self._order),
            (0.58, self._independent),
            (0.70, self._atomic),
            (0.80, self._cancel),
            (0.86, self._replace),
            (0.91, self._transfer),
            (0.95, self._settle),
            (1.00, self._deposit),
        )
        return next(make for limit, make in makers if choice < limit)(firm)

    def _id(self) -> str:
        return f"{self._name}.{next(self._numbers)}"

    def _keyed(self, kind: str, firm: str, ledger: str, path: str, body: dict | None) -> Sent:
        """A request under an idempotency key, which a reference in its body repeats."""
        key = self._id()
        if body is not None and "reference" in body:
            body["reference"] = key
        name = f"{self._number(firm)}:key:{key}"
        return Sent(kind, firm, ledger, path, body, key, (name,))

    def _number(self, member: str) -> int:
        return int(self._sandbox.participant(member)[1:])

    def _terms(self, market: Market) -> dict[str, Any]:
        rng = self._rng
        side = rng.choice(("buy", "sell"))
        away = rng.randint(-3, 12)
        return {
            "client_order_id": self._id(),
            "instrument": market.code,
            "side": side,
            "quantity": rng.choice(market.quantities),
            "price": market.price(market.middle + (-away if side == "buy" else away)),
            "time_in_force": rng.choice(("gtc", "gtc", "gtc", "day", "ioc")),
        }

    def _order(self, firm: str) -> Sent:
        market = self._rng.choice(MARKETS)
        body = self._terms(market)
        name = f"{self._number(firm)}:order:{body['client_order_id']}"
        return Sent("order", firm, market.ledger, "/v1/orders", body, None, (name,))

    def _batch(self, firm: str) -> tuple[Market, list[dict[str, Any]], tuple[str, ...]]:
        market = self._rng.choice(MARKETS)
        orders = [self._terms(market) for _ in range(self._rng.randint(2, 6))]
        names = [f"{self._number(firm)}:order:{order['client_order_id']}" for order in orders]
        return market, orders, tuple(names)

    def _independent(self, firm: str) -> Sent:
        market, orders, names = self._batch(firm)
        body = {"mode": "independent", "orders": orders}
        return Sent("independent", firm, market.ledger, "/v1/orders:batch", body, None, names)

    def _atomic(self, firm: str) -> Sent:
        market, orders, _ = self._batch(firm)
        body = {"mode": "atomic", "orders": orders}
        return self._keyed("atomic", firm, market.ledger, "/v1/orders:batch", body)

    def _cancel(self, firm: str) -> Sent:
        if not self._orders[firm]:
            return self._order(firm)
        order_id = self._orders[firm].pop(self._rng.randrange(len(self._orders[firm])))
        ledger = order_id.partition(".")[0]
        return self._keyed("cancel", firm, ledger, f"/v1/orders/{order_id}:cancel", None)

    def _replace(self, firm: str) -> Sent:
        if not self._orders[firm]:
            return self._order(firm)
        order_id = self._rng.choice(self._orders[firm])
        ledger = order_id.partition(".")[0]
        market = next(market for market in MARKETS if market.ledger == ledger)
        price = market.price(market.middle + self._rng.randint(-9, 9))
        body = {"price": price, "quantity": self._rng.choice(market.quantities)}
        return self._keyed("replace", firm, ledger, f"/v1/orders/{order_id}:replace", body)

    def _transfer(self, firm: str) -> Sent:
        market = self._rng.choice(MARKETS[:3])
        taker = self._rng.choice([other for other in FIRMS if other != firm])
        legs = [
            {
                "debit_account_id": self._accounts[firm, market.asset],
                "credit_account_id": self._accounts[taker, market.asset],
                "quantity": quantity,
            }
            for quantity in self._rng.sample(("1", "2", "3"), self._rng.randint(1, 2))
        ]
        mode = self._rng.choice(("posted", "pending"))
        body = {"ledger": market.ledger, "legs": legs, "mode": mode, "reference": ""}
        return self._keyed(mode, firm, market.ledger, "/v1/transfers", body)

    def _settle(self, firm: str) -> Sent:
        if not self._chains[firm]:
            return self._transfer(firm)
        chain_id = self._chains[firm].pop()
        act = self._rng.choice(("post", "void"))
        ledger = chain_id.partition(".")[0]
        return self._keyed(act, firm, ledger, f"/v1/transfers/{chain_id}:{act}", None)

    def _deposit(self, firm: str) -> Sent:
        ledger = self._rng.choice(MARKETS).ledger
        amount = f"{self._rng.randint(1, 500)}.00"
        body = {"ledger": ledger, "participant_id": self._sandbox.participant(firm)}
        body |= {"amount": amount, "reference": ""}
        return self._keyed("deposit", "clearing", ledger, "/v1/cash/deposits", body)
