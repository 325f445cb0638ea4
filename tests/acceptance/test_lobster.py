"""998 recorded events through HTTP into one instrument, compared with the published books."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.acceptance import lobster

DATA = Path(__file__).parents[3] / "shared" / "data"
MESSAGES = DATA / "lobster_aapl_2012-06-21_message_10.csv"
BOOKS = DATA / "lobster_aapl_2012-06-21_orderbook_10.csv"
CODE = "LOBSTER"


@pytest.mark.skipif(not MESSAGES.exists(), reason="the recorded day is not beside the checkout")
def test_recorded_events_rebuild_the_published_books(clients, capsys):
    events, books = lobster.read_events(MESSAGES), lobster.read_books(BOOKS)
    replay = lobster.Replay(clients("ordos-methanol"), clients("baotou-steel"), CODE)
    _list_and_fund(clients)
    replay.open_with(books[0])
    assert lobster.differences(replay.shown(), books[0]) == []
    agreed, came_into_sight, unexplained = 1, 0, []
    for number, (event, book) in enumerate(zip(events[1:], books[1:], strict=True), 1):
        replay.play(event)
        places = lobster.differences(replay.shown(), book)
        agreed += not places
        for place in places:
            came_into_sight += 1
            if not _was_out_of_sight(replay, *place):
                unexplained.append((number, place))
            replay.correct(*place, book)
        assert lobster.differences(replay.shown(), book) == []
        replay.see(book)
    with capsys.disabled():
        print(
            f"\nrecorded day: {agreed} of {len(events)} books agree in all ten levels;"
            f" {came_into_sight} levels differed when they came into sight,"
            f" {len(unexplained)} for no such reason"
        )
    assert unexplained == []
    assert agreed > len(events) // 2


def _was_out_of_sight(replay: lobster.Replay, direction: int, price: Decimal) -> bool:
    """Tell whether a level lay behind the ten that the book before this event shows."""
    last = replay.horizon[direction]
    return price < last if direction == lobster.BUY else price > last


def _list_and_fund(clients):
    operator, regulator, clearing = (
        clients("operator"),
        clients("regulator"),
        clients("clearing"),
    )
    operator.define_asset(
        ledger="carbon",
        code=CODE,
        kind="CEA",
        unit="tCO2e",
        scale=0,
        title_zh=CODE,
        title_en="recorded day",
    )
    regulator.authorise_issuance(CODE, quantity=2_000_000, document="test")
    for name in ("ordos-methanol", "baotou-steel"):
        member = clients(name).participants().items[0].participant_id
        regulator.issue_units(CODE, participant_id=member, quantity=1_000_000, source="test")
        clearing.deposit_cash(
            ledger="carbon", participant_id=member, amount="10000000000", reference="test"
        )
    operator.list_instrument(
        code=CODE, asset=CODE, title_zh=CODE, title_en=CODE, reference_price="585.00"
    )
