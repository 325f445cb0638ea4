"""The orders a load consists of, as requests that are ready to be sent."""

import random
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Flow:
    """Where orders are placed: prices are up to `far` fen away from the middle, or `across` it."""

    instrument: str
    middle_fen: int
    across: int
    far: int


# Each has an instrument of its own, so that neither meets what the other left.
FLOWS = {
    "resting": Flow("CEA24", 9800, 5, 50),
    "trading": Flow("CEA25", 9948, 25, 25),
}


def order(name: str, flow: Flow, rng: random.Random) -> str:
    """One limit order as JSON."""
    buys = rng.random() < 0.5
    away = rng.randint(-flow.across, flow.far)
    price = flow.middle_fen - away if buys else flow.middle_fen + away
    return (
        f'{{"client_order_id":"{name}","instrument":"{flow.instrument}",'
        f'"side":"{"buy" if buys else "sell"}","quantity":"{rng.randint(1, 20)}",'
        f'"price":"{price // 100}.{price % 100:02d}"}}'
    )


def requests(
    address: str,
    tokens: list[str],
    flow: Flow,
    *,
    name: str,
    batch: int,
    count: int,
    seed: int,
) -> list[bytes]:
    """`count` requests of `batch` orders each, the members taking turns.

    A batch of one is a plain order. `name` begins every client order id, so it must be new.
    """
    rng = random.Random(seed)
    host = urlsplit(address).netloc
    path = "/v1/orders" if batch == 1 else "/v1/orders:batch"
    heads = [
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
        for token in tokens
    ]
    found = []
    for number in range(count):
        if batch == 1:
            body = order(f"{name}.{number}", flow, rng)
        else:
            orders = ",".join([order(f"{name}.{number}.{n}", flow, rng) for n in range(batch)])
            body = f'{{"mode":"independent","orders":[{orders}]}}'
        head = heads[number % len(heads)]
        found.append(f"{head}{len(body)}\r\n\r\n{body}".encode())
    return found
