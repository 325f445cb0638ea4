"""Market cases as text, read by a small parser and played on a fresh book.

    S 101 7@16.00 / B 201 2@17.00 ioc -> trade 101x201 2@16.00 / book 5@16.00 |

Left of the arrow, messages; right of it, all that they cause but acceptances, in order.

Messages  `B|S id quantity@price [words]`, price `mkt` for a market order, and the words
          day gtd:DAY ioc fok post own:OWNER group:GROUP stp:newest|oldest|both;
          `cancel id [own:OWNER]`, `all own:OWNER [B|S]`, `replace id quantity@price [own:OWNER]`,
          `expire DAY`, `band LOW..HIGH`. Who names no owner is one of his own.
Outcomes  `trade makerxtaker quantity@price`, `cancelled id quantity reason`, `rejected id reason`,
          `replaced id leaves@price kept|lost`, and last, if wanted, `book asks | bids`: the
          resting orders in priority, best first. Prices have two decimals and a tick of 0.01.
"""

from __future__ import annotations

from matching import (
    Accepted,
    BookLimits,
    Cancel,
    CancelAll,
    Cancelled,
    Event,
    Expire,
    Message,
    New,
    OrderBook,
    OrderType,
    Rejected,
    Replace,
    Replaced,
    SelfTradePrevention,
    SetBand,
    Side,
    TimeInForce,
    Traded,
)

SIDES = {"B": Side.BUY, "S": Side.SELL}
LIVES = {
    "day": TimeInForce.DAY,
    "gtd": TimeInForce.GTD,
    "ioc": TimeInForce.IOC,
    "fok": TimeInForce.FOK,
}


def play(case: str, limits: BookLimits | None = None) -> tuple[list[str], list[str]]:
    """Return what the case expects and what the book did, each a list of outcomes."""
    left, right = case.split("->")
    book = OrderBook(limits or BookLimits())
    events = [event for text in split(left) for event in book.apply(parse(text))]
    happened = [written for event in events if (written := write(event))]
    expected = split(right)
    if expected and expected[-1].startswith("book"):
        happened.append(write_book(book))
    return expected, happened


def check(case: str, limits: BookLimits | None = None) -> None:
    expected, happened = play(case, limits)
    assert happened == expected


def split(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("/") if part.strip()]


def parse(text: str) -> Message:
    verb, *words = text.split()
    named = dict(word.split(":") for word in words if ":" in word)
    owner = int(named.get("own", 0))
    match verb:
        case "B" | "S":
            return parse_order(SIDES[verb], words, named)
        case "cancel":
            return Cancel(int(words[0]), owner)
        case "all":
            return CancelAll(owner, SIDES.get(words[-1]))
        case "replace":
            quantity, price = words[1].split("@")
            return Replace(int(words[0]), cents(price), int(quantity), owner)
        case "expire":
            return Expire(int(words[0]))
        case "band":
            low, high = words[0].split("..")
            return SetBand(cents(low), cents(high))
    raise ValueError(text)


def parse_order(side: Side, words: list[str], named: dict[str, str]) -> New:
    quantity, price = words[1].split("@")
    market = price.startswith("mkt")
    lives = [LIVES[name] for word in words[2:] if (name := word.split(":")[0]) in LIVES]
    return New(
        order_id=int(words[0]),
        owner=int(named.get("own", 1_000_000 + int(words[0]))),
        side=side,
        quantity=int(quantity),
        price=0 if price == "mkt" else cents(price.removeprefix("mkt")),
        order_type=OrderType.MARKET if market else OrderType.LIMIT,
        time_in_force=lives[0] if lives else TimeInForce.GTC,
        post_only="post" in words,
        expires_on=int(named.get("gtd", 0)) or int(named.get("expires", 0)),
        group=int(named.get("group", 0)),
        self_trade_prevention=SelfTradePrevention[f"CANCEL_{named.get('stp', 'newest').upper()}"],
    )


def cents(price: str) -> int:
    whole, decimals = price.split(".")
    return int(whole + decimals.ljust(2, "0"))


def money(price: int) -> str:
    return f"{price // 100}.{price % 100:02}"


def write(event: Event) -> str:
    match event:
        case Accepted():
            return ""
        case Rejected(order_id, reason):
            return f"rejected {order_id} {reason.name.lower()}"
        case Traded(maker, taker, price, quantity):
            return f"trade {maker}x{taker} {quantity}@{money(price)}"
        case Cancelled(order_id, quantity, reason):
            return f"cancelled {order_id} {quantity} {reason.name.lower()}"
        case Replaced(order_id, price, _, leaves, kept):
            return f"replaced {order_id} {leaves}@{money(price)} {'kept' if kept else 'lost'}"


def write_book(book: OrderBook) -> str:
    sides = {Side.SELL: "", Side.BUY: ""}
    for order in book.resting():
        sides[order.side] += f" {order.leaves}@{money(order.price)}"
    return f"book{sides[Side.SELL]} |{sides[Side.BUY]}"
