"""The orders a load consists of, as requests that are ready to be sent."""

import random
from urllib.parse import urlsplit

INSTRUMENT = "CEA24"
MIDDLE_FEN = 9800


def order(name: str, rng: random.Random) -> str:
    """One limit order as JSON. Most rest within 0.5 yuan of the middle, some cross it."""
    buys = rng.random() < 0.5
    away = rng.randint(-5, 50)
    price = MIDDLE_FEN - away if buys else MIDDLE_FEN + away
    return (
        f'{{"client_order_id":"{name}","instrument":"{INSTRUMENT}",'
        f'"side":"{"buy" if buys else "sell"}","quantity":"{rng.randint(1, 20)}",'
        f'"price":"{price // 100}.{price % 100:02d}"}}'
    )


def requests(
    address: str, tokens: list[str], *, name: str, batch: int, count: int, seed: int
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
            body = order(f"{name}.{number}", rng)
        else:
            orders = ",".join([order(f"{name}.{number}.{n}", rng) for n in range(batch)])
            body = f'{{"mode":"independent","orders":[{orders}]}}'
        head = heads[number % len(heads)]
        found.append(f"{head}{len(body)}\r\n\r\n{body}".encode())
    return found
