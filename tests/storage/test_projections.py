"""What projections write is the same however a journal is cut into batches."""

import asyncio

import pytest

from tests.storage import record_journals, recorded
from tests.support.builders import carbon_market

CARBON = 1


@pytest.mark.parametrize("batch", [1, 2, 3, 4, 1_000])
def test_a_close_and_trades_before_and_after_it_may_share_a_batch(batch, database, monkeypatch):
    m = carbon_market()
    for day in ("2026-03-03", "2026-03-04"):
        m.sell(1, f"10@48.00 id:{day}")
        m.buy(2, f"4@48.00 id:{day}-a")
        m.buy(2, f"6@48.00 id:{day}-b")
        m.advance(f"{day} 09:35")
    m.sell(1, "1@47.00 id:last")
    m.buy(2, "1@47.00 id:last")
    monkeypatch.setattr(record_journals, "BATCH", batch)

    async def scenario():
        await record_journals.write(database, CARBON, m)
        columns = "close, last, quantity, trades"
        return (await recorded.read(database, CARBON, "instrument_days", columns)).rows

    days = asyncio.run(scenario())
    assert days == [[0, 4700, 1, 1], [4800, 4800, 10, 2], [4800, 4800, 10, 2]]
