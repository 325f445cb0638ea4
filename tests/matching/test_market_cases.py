"""Continuous matching as a market person reads it; the grammar stands in `tables`."""

import pytest

from tests.matching.tables import check

PRIORITY = {
    "the taker trades at the maker's price": (
        "S 101 7@16.00 / B 201 2@17.00 ioc -> trade 101x201 2@16.00 / book 5@16.00 |"
    ),
    "the better price goes first, then the older order": (
        "S 1 1@16.01 / S 2 2@16.00 / S 3 3@16.00 / B 4 4@16.01"
        " -> trade 2x4 2@16.00 / trade 3x4 2@16.00 / book 1@16.00 1@16.01 |"
    ),
    "the highest bid goes first": (
        "B 1 1@15.00 / B 2 1@15.01 / S 3 2@15.00 -> trade 2x3 1@15.01 / trade 1x3 1@15.00 / book |"
    ),
    "what is left of a limit order rests at its limit": (
        "S 1 2@16.00 / B 2 5@16.00 -> trade 1x2 2@16.00 / book | 3@16.00"
    ),
    "a sweep ends at its own limit": (
        "S 1 1@16.00 / S 2 1@16.01 / S 3 1@16.02 / B 4 5@16.01"
        " -> trade 1x4 1@16.00 / trade 2x4 1@16.01 / book 1@16.02 | 3@16.01"
    ),
    "a selling sweep ends at its own limit": (
        "B 1 1@16.02 / B 2 1@16.01 / B 3 1@16.00 / S 4 5@16.01"
        " -> trade 1x4 1@16.02 / trade 2x4 1@16.01 / book 3@16.01 | 1@16.00"
    ),
    "a partly filled order keeps its place": (
        "S 1 5@16.00 / S 2 5@16.00 / B 3 2@16.00 / B 4 4@16.00"
        " -> trade 1x3 2@16.00 / trade 1x4 3@16.00 / trade 2x4 1@16.00 / book 4@16.00 |"
    ),
}

CANCELS = {
    "orders behind a cancelled first one stay": (
        "S 1 1@16.00 / S 2 2@16.00 / S 3 3@16.00 / cancel 1 / B 4 6@16.00"
        " -> cancelled 1 1 requested / trade 2x4 2@16.00 / trade 3x4 3@16.00 / book | 1@16.00"
    ),
    "orders behind a cancelled middle one stay": (
        "S 1 1@16.00 / S 2 2@16.00 / S 3 3@16.00 / cancel 2 / B 4 4@16.00"
        " -> cancelled 2 2 requested / trade 1x4 1@16.00 / trade 3x4 3@16.00 / book |"
    ),
    "an order behind a cancelled last one still joins the queue": (
        "S 1 1@16.00 / S 2 2@16.00 / cancel 2 / S 3 3@16.00 / B 4 4@16.00"
        " -> cancelled 2 2 requested / trade 1x4 1@16.00 / trade 3x4 3@16.00 / book |"
    ),
    "the best price moves on when the best level was cancelled": (
        "S 1 1@16.00 / S 2 1@16.05 / cancel 1 / B 3 1@16.00 / B 4 1@16.05"
        " -> cancelled 1 1 requested / trade 2x4 1@16.05 / book | 1@16.00"
    ),
    "a cancelled level can be used again": (
        "B 1 1@15.00 / B 2 1@14.00 / cancel 2 / B 3 2@14.00 / cancel 1 / S 4 3@14.00"
        " -> cancelled 2 1 requested / cancelled 1 1 requested / trade 3x4 2@14.00"
        " / book 1@14.00 |"
    ),
    "what was partly filled is cancelled for the rest": (
        "S 1 5@16.00 / B 2 2@16.00 / cancel 1"
        " -> trade 1x2 2@16.00 / cancelled 1 3 requested / book |"
    ),
    "all orders of one owner go, oldest first": (
        "B 1 1@15.00 own:7 / S 2 2@16.00 own:7 / S 3 3@16.00 own:8 / B 4 4@15.50 own:7 / all own:7"
        " -> cancelled 1 1 requested / cancelled 2 2 requested / cancelled 4 4 requested"
        " / book 3@16.00 |"
    ),
    "all orders of one owner and side go": (
        "B 1 1@15.00 own:7 / S 2 2@16.00 own:7 / all own:7 S"
        " -> cancelled 2 2 requested / book | 1@15.00"
    ),
    "cancelling all of an owner without orders does nothing": "B 1 1@15.00 / all own:7 -> ",
}

REPLACES = {
    "less quantity keeps the place": (
        "S 1 5@16.00 / S 2 5@16.00 / replace 1 3@16.00 / B 3 4@16.00"
        " -> replaced 1 3@16.00 kept / trade 1x3 3@16.00 / trade 2x3 1@16.00 / book 4@16.00 |"
    ),
    "the same again keeps the place": (
        "S 1 5@16.00 / S 2 5@16.00 / replace 1 5@16.00 / B 3 1@16.00"
        " -> replaced 1 5@16.00 kept / trade 1x3 1@16.00 / book 4@16.00 5@16.00 |"
    ),
    "more quantity goes to the back": (
        "S 1 5@16.00 / S 2 5@16.00 / replace 1 6@16.00 / B 3 6@16.00"
        " -> replaced 1 6@16.00 lost / trade 2x3 5@16.00 / trade 1x3 1@16.00 / book 5@16.00 |"
    ),
    "a new price and back again goes to the back": (
        "S 1 5@16.00 / S 2 5@16.00 / replace 1 5@16.01 / replace 1 5@16.00 / B 3 6@16.00"
        " -> replaced 1 5@16.01 lost / replaced 1 5@16.00 lost"
        " / trade 2x3 5@16.00 / trade 1x3 1@16.00 / book 4@16.00 |"
    ),
    "the siblings of a replaced order stay in their order": (
        "S 1 1@16.00 / S 2 2@16.00 / S 3 3@16.00 / replace 2 2@16.01 / B 4 6@16.01"
        " -> replaced 2 2@16.01 lost / trade 1x4 1@16.00 / trade 3x4 3@16.00 / trade 2x4 2@16.01"
        " / book |"
    ),
    "a crossing replace trades as the taker": (
        "S 1 5@16.00 / B 2 7@15.00 / replace 2 7@16.00"
        " -> replaced 2 7@16.00 lost / trade 1x2 5@16.00 / book | 2@16.00"
    ),
    "a crossing replace may be filled": (
        "S 1 5@16.00 / B 2 3@15.00 / replace 2 3@17.00"
        " -> replaced 2 3@17.00 lost / trade 1x2 3@16.00 / book 2@16.00 |"
    ),
    "what was executed counts in the new total": (
        "S 1 5@16.00 / B 2 2@16.00 / replace 1 4@16.00"
        " -> trade 1x2 2@16.00 / replaced 1 2@16.00 kept / book 2@16.00 |"
    ),
    "a total that is executed already cancels the rest": (
        "S 1 5@16.00 / B 2 2@16.00 / replace 1 2@16.00"
        " -> trade 1x2 2@16.00 / cancelled 1 3 replaced_below_executed / book |"
    ),
    "a replaced order meets its own owner like a new one": (
        "S 1 5@16.00 own:7 / B 2 5@15.00 own:7 stp:both / S 3 1@16.00 / replace 2 5@16.00"
        " -> replaced 2 5@16.00 lost / cancelled 1 5 self_trade / cancelled 2 5 self_trade"
        " / book 1@16.00 |"
    ),
    "a replaced order remembers its group": (
        "S 1 5@16.00 group:3 / B 2 5@15.00 group:3 stp:oldest / replace 2 5@16.00"
        " -> replaced 2 5@16.00 lost / cancelled 1 5 self_trade / book | 5@16.00"
    ),
    "a post-only order may be moved where it does not take": (
        "S 1 5@16.00 / B 2 5@15.00 post / replace 2 5@15.99"
        " -> replaced 2 5@15.99 lost / book 5@16.00 | 5@15.99"
    ),
}

TIME_IN_FORCE = {
    "an IOC remainder does not rest": (
        "S 1 2@16.00 / B 2 5@16.00 ioc -> trade 1x2 2@16.00 / cancelled 2 3 ioc_remainder / book |"
    ),
    "an IOC order that meets nothing is cancelled whole": (
        "S 1 2@16.00 / B 2 5@15.99 ioc -> cancelled 2 5 ioc_remainder / book 2@16.00 |"
    ),
    "a market order sweeps through everything": (
        "S 1 2@16.00 / S 2 2@99.00 / B 3 5@mkt ioc"
        " -> trade 1x3 2@16.00 / trade 2x3 2@99.00 / cancelled 3 1 market_remainder / book |"
    ),
    "a selling market order sweeps down": (
        "B 1 2@0.01 / B 2 2@15.00 / S 3 4@mkt ioc -> trade 2x3 2@15.00 / trade 1x3 2@0.01 / book |"
    ),
    "a market order sweeps to the end of the band": (
        "S 1 2@16.00 / S 2 2@19.00 / band 15.00..18.00 / B 3 5@mkt ioc"
        " -> trade 1x3 2@16.00 / cancelled 3 3 market_remainder / book 2@19.00 |"
    ),
    "a selling market order sweeps to the end of the band": (
        "B 1 2@16.00 / B 2 2@14.00 / band 15.00..18.00 / S 3 5@mkt ioc"
        " -> trade 1x3 2@16.00 / cancelled 3 3 market_remainder / book | 2@14.00"
    ),
    "a FOK order that fits exactly is filled": (
        "S 1 2@16.00 / S 2 3@16.01 / B 3 5@16.01 fok"
        " -> trade 1x3 2@16.00 / trade 2x3 3@16.01 / book |"
    ),
    "a FOK order one short trades nothing": (
        "S 1 2@16.00 / S 2 3@16.01 / S 3 9@16.02 / B 4 6@16.01 fok"
        " -> cancelled 4 6 fok_unfillable / book 2@16.00 3@16.01 9@16.02 |"
    ),
    "a FOK market order needs enough on the other side": (
        "S 1 2@16.00 / B 2 3@mkt fok / B 3 2@mkt fok"
        " -> cancelled 2 3 fok_unfillable / trade 1x3 2@16.00 / book |"
    ),
    "a FOK market order does not count what is outside the band": (
        "S 1 2@16.00 / S 2 2@19.00 / band 15.00..18.00 / B 3 3@mkt fok"
        " -> cancelled 3 3 fok_unfillable / book 2@16.00 2@19.00 |"
    ),
    "a day ends for day orders and dated ones, oldest first": (
        "B 1 1@15.00 gtd:5 / B 2 2@15.00 / S 3 3@16.00 day / B 4 4@15.00 gtd:6 / expire 5"
        " -> cancelled 1 1 expired / cancelled 3 3 expired / book | 2@15.00 4@15.00"
    ),
    "an order lives through its last day": (
        "B 1 1@15.00 gtd:5 / expire 4 / expire 5 -> cancelled 1 1 expired / book |"
    ),
}

SELF_TRADE = {
    "by default the newest goes": (
        "S 1 5@16.00 own:7 / B 2 2@16.00 own:7 -> cancelled 2 2 self_trade / book 5@16.00 |"
    ),
    "the newest trades until it meets its own": (
        "S 1 1@16.00 / S 2 5@16.00 own:7 / S 3 5@16.00 / B 4 3@16.00 own:7"
        " -> trade 1x4 1@16.00 / cancelled 4 2 self_trade / book 5@16.00 5@16.00 |"
    ),
    "the oldest goes and the newest trades on": (
        "S 1 5@16.00 own:7 / S 2 1@16.00 / B 3 3@16.00 own:7 stp:oldest"
        " -> cancelled 1 5 self_trade / trade 2x3 1@16.00 / book | 2@16.00"
    ),
    "both go": (
        "S 1 5@16.00 own:7 / S 2 1@16.00 / B 3 3@16.00 own:7 stp:both"
        " -> cancelled 1 5 self_trade / cancelled 3 3 self_trade / book 1@16.00 |"
    ),
    "a group counts like an owner": (
        "S 1 5@16.00 group:3 / B 2 2@16.00 group:3 -> cancelled 2 2 self_trade / book 5@16.00 |"
    ),
    "no group is no common group": "S 1 5@16.00 / B 2 5@16.00 -> trade 1x2 5@16.00 / book |",
    "owner nobody trades with owner nobody": (
        "S 1 5@16.00 own:0 / B 2 5@16.00 own:0 -> trade 1x2 5@16.00 / book |"
    ),
    "the taker's choice decides, not the maker's": (
        "S 1 5@16.00 own:7 stp:oldest / B 2 2@16.00 own:7 stp:newest"
        " -> cancelled 2 2 self_trade / book 5@16.00 |"
    ),
    "a FOK order that would meet its own first is unfillable": (
        "S 1 5@16.00 own:7 / S 2 5@16.00 / B 3 5@16.00 own:7 fok"
        " -> cancelled 3 5 fok_unfillable / book 5@16.00 5@16.00 |"
    ),
    "a FOK order filled before it meets its own is filled": (
        "S 1 5@16.00 / S 2 5@16.00 own:7 / B 3 5@16.00 own:7 fok"
        " -> trade 1x3 5@16.00 / book 5@16.00 |"
    ),
    "a FOK order that cancels the oldest does not count them": (
        "S 1 5@16.00 own:7 / S 2 5@16.00 / B 3 6@16.00 own:7 fok stp:oldest"
        " -> cancelled 3 6 fok_unfillable / book 5@16.00 5@16.00 |"
    ),
    "a FOK order that cancels the oldest is filled behind them": (
        "S 1 5@16.00 own:7 / S 2 5@16.00 / B 3 5@16.00 own:7 fok stp:oldest"
        " -> cancelled 1 5 self_trade / trade 2x3 5@16.00 / book |"
    ),
}

BAND = {
    "orders outside a new band stay and trade at their price": (
        "S 1 2@14.00 / S 2 2@16.00 / band 15.00..18.00 / B 3 3@16.00"
        " -> trade 1x3 2@14.00 / trade 2x3 1@16.00 / book 1@16.00 |"
    ),
    "the ends of the band are inside": (
        "band 15.00..18.00 / B 1 1@15.00 / S 2 1@18.00 -> book 1@18.00 | 1@15.00"
    ),
    "a lifted band admits all prices": (
        "band 15.00..18.00 / band 0.00..0.00 / S 1 1@18.01 -> book 1@18.01 |"
    ),
}

CASES = PRIORITY | CANCELS | REPLACES | TIME_IN_FORCE | SELF_TRADE | BAND


@pytest.mark.parametrize("scenario", CASES)
def test_market_case(scenario):
    check(CASES[scenario])
