"""A paused server that was replaced: it commits nothing, says so, and the new one serves.

Two whole servers on one PostgreSQL. The first is stopped by SIGSTOP under load, the second takes
over, the first goes on by SIGCONT.
"""

import asyncio
import os
import signal
import threading
import time

import asyncpg
import httpx2
import pytest

from tests.crash.campaign import accounts
from tests.crash.load import FIRMS, Load
from tests.support.postgres import database, postgres
from tests.support.server import start, stop

__all__ = ["database", "postgres"]

LOAD_S = 1.0


@pytest.fixture
def servers(database, tmp_path):
    """Start servers on one database and with the same keys; end them in whatever state."""
    started = []

    def more(module="exchange"):
        settings = {"STEPPE_DATABASE_URL": database, "STEPPE_LOG_LEVEL": "error"}
        started.append(start(tmp_path / "state", module=module, **settings))
        return started[-1]

    yield more
    for sandbox in started:
        os.kill(sandbox.process.pid, signal.SIGCONT)
        stop(sandbox.process)


async def journal(dsn):
    """(ledger, seq, epoch, command id) of all entries, in order."""
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetch(
            "SELECT ledger, seq, epoch, command_id FROM journal ORDER BY ledger, seq"
        )
    finally:
        await connection.close()


def loading(sandbox, name):
    """Run a load in a thread of its own, so that starting another server does not hold it up."""
    for member in (*FIRMS, "clearing"):
        sandbox.token(member)
    load = Load(sandbox, 1, name, accounts(sandbox))
    thread = threading.Thread(target=lambda: asyncio.run(load.run()))
    thread.start()
    return load, thread


def place(sandbox, name):
    body = {"client_order_id": name, "instrument": "CEA24", "side": "buy"}
    body |= {"quantity": "1", "price": "97.00"}
    with sandbox.client("baotou-steel") as http:
        return http.post("/v1/orders", json=body)


def test_a_paused_server_that_was_replaced_commits_nothing(servers, database):
    replace_a_paused_server(servers, database, "exchange")


def test_a_server_that_takes_its_lease_back_is_noticed(servers, database):
    with pytest.raises(AssertionError, match="is ready"):
        replace_a_paused_server(servers, database, "tests.crash.usurps")


def replace_a_paused_server(servers, database, module):
    first = servers(module)
    load, thread = loading(first, "paused")
    time.sleep(LOAD_S)
    os.kill(first.process.pid, signal.SIGSTOP)
    waiting = [sent for sent in load.log if not sent.status]
    assert waiting, "the pause met no request on its way"

    began = time.monotonic()
    second = servers()
    assert place(second, "taken-over").status_code == 201
    print(f"second server started, recovered and answered in {time.monotonic() - began:.2f} s")
    before = asyncio.run(journal(database))
    epochs = dict(asyncio.run(leases(database)))

    os.kill(first.process.pid, signal.SIGCONT)
    time.sleep(LOAD_S)
    load.stopping = True
    thread.join(60)
    assert not thread.is_alive()
    health = httpx2.get(f"{first.address}/readyz", timeout=30)
    assert health.status_code == 503, "the replaced server says that it is ready"
    assert not any(up for name, up in health.json()["checks"].items() if name.startswith("ledger"))
    late = place(first, "late")
    assert (late.status_code, late.json()["code"]) == (503, "ledger_unavailable")
    assert place(second, "late").status_code == 201

    after = asyncio.run(journal(database))
    stale = [row for row in set(after) - set(before) if row["epoch"] < epochs[row["ledger"]]]
    assert stale == []
    hold_answers_against(load, after)


async def leases(dsn):
    connection = await asyncpg.connect(dsn)
    try:
        return [tuple(row) for row in await connection.fetch("SELECT ledger, epoch FROM leases")]
    finally:
        await connection.close()


def hold_answers_against(load, rows):
    """The paused server's answers: what it acknowledged is there, and others got 503."""
    kept = {row["command_id"] for row in rows}
    for sent in load.log:
        if sent.status in (200, 201) and sent.kind != "independent":
            assert set(sent.names) <= kept, sent
    refused = [sent for sent in load.log if sent.status == 503]
    assert refused
    assert {sent.answer["code"] for sent in refused} <= {"ledger_unavailable"}
