"""An end within twenty seconds with exit code 0, whatever clients and database do; nothing lost."""

import os
import signal
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.overload.campaign import order
from tests.overload.test_disconnects import LISTING, known
from tests.overload.vanishing import connected, request
from tests.support.server import start

STOP_S = 20
MEMBER = "baotou-steel"
QUIET = {"STEPPE_LOG_LEVEL": "warning"}


class Trading:
    """Members that place orders until they are refused for good; what they were told is kept."""

    def __init__(self, sandbox, threads=8):
        self.acknowledged, self.asked, self.refusals = {}, {}, set()
        self._address = sandbox.address
        self._headers = sandbox.bearer(MEMBER)
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._trade, args=(n,)) for n in range(threads)]
        for thread in self._threads:
            thread.start()

    def _trade(self, trader):
        with httpx2.Client(base_url=self._address, headers=self._headers, timeout=30) as http:
            for number in range(100_000):
                if self._end.is_set():
                    return
                name = f"t{trader}.{number}"
                self.asked[name] = body = order(name, "buy", "90.00")
                try:
                    answer = http.post("/v1/orders", json=body)
                except httpx2.HTTPError:
                    self.refusals.add("cut off")
                    return
                if answer.status_code == 201:
                    self.acknowledged[name] = answer.json()["order_id"]
                else:
                    self.refusals.add(answer.json()["code"])
                    assert "retry-after" in answer.headers
                    time.sleep(0.05)

    def finish(self):
        self._end.set()
        for thread in self._threads:
            thread.join()


@contextmanager
def dawdlers(sandbox):
    """Clients that keep connections open: idle, half-sent, and long lists unread."""
    asked = request(sandbox, MEMBER, "/v1/orders", order("dawdling", "buy", "90.00"))
    listing = LISTING.format(sandbox.token(MEMBER)).encode()
    opened = [connected(sandbox) for _ in range(40)]
    for number, connection in enumerate(opened):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall((b"", asked[:60], asked[:-10], listing * 20)[number % 4])
    try:
        yield
    finally:
        for connection in opened:
            connection.close()


@contextmanager
def serving(folder):
    """A server that is gone at the end of a test, with its database, however the test ended."""
    sandbox = start(folder, **QUIET)
    database = postgres_of(sandbox.process.pid)
    try:
        yield sandbox
    finally:
        if sandbox.process.poll() is None:
            database = postgres_of(sandbox.process.pid)
        sandbox.process.kill()
        sandbox.process.wait()
        sandbox.process.stdout.close()
        for pid in database:
            if _is_postgres(pid):
                os.kill(pid, signal.SIGKILL)


def fill_lists(sandbox):
    orders = [order(f"filler.{number}", "buy", "89.00") for number in range(1000)]
    with sandbox.client(MEMBER) as http:
        body = {"mode": "independent", "orders": orders}
        http.post("/v1/orders:batch", json=body).raise_for_status()


def ended(sandbox, signals):
    """Send the signals and wait; return the exit code and the seconds until then."""
    started = time.monotonic()
    for number in signals:
        sandbox.process.send_signal(number)
        time.sleep(0.3 if len(signals) > 1 else 0)
    code = sandbox.process.wait(STOP_S)
    return code, time.monotonic() - started


def assert_kept(folder, trading):
    """After a start all that was acknowledged is there, and a repeat has one outcome."""
    with serving(folder) as again:
        with again.client(MEMBER) as http:
            there = known(http)
            assert trading.acknowledged.items() <= there.items()
            for name, body in list(trading.asked.items())[-20:]:
                told = http.post("/v1/orders", json=body)
                assert told.status_code == 201
                assert told.json()["order_id"] == there.get(name, told.json()["order_id"])
        assert ended(again, [signal.SIGTERM])[0] == 0


@pytest.mark.parametrize(
    "signals",
    [[signal.SIGTERM], [signal.SIGINT], [signal.SIGTERM, signal.SIGTERM, signal.SIGINT]],
    ids=["SIGTERM", "SIGINT", "several"],
)
def test_an_end_under_load_answers_all_that_was_let_in(signals, tmp_path):
    with serving(tmp_path / "state") as sandbox:
        fill_lists(sandbox)
        with dawdlers(sandbox):
            trading = Trading(sandbox)
            time.sleep(1.5)
            code, seconds = ended(sandbox, signals)
            trading.finish()
    assert code == 0
    assert seconds < STOP_S
    assert trading.acknowledged
    assert trading.refusals <= {"draining", "cut off"}
    assert_kept(tmp_path / "state", trading)


def postgres_of(pid):
    """The processes of the PostgreSQL that a server started, the postmaster first."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
        except (OSError, ValueError):
            continue
        parents[int(entry.name)] = (int(rest.split()[1]), name)
    (master,) = [p for p, (up, name) in parents.items() if up == pid and "postgres" in name]
    return [master, *[p for p, (up, _) in parents.items() if up == master]]


@pytest.mark.parametrize("trouble", ["stalled", "killed"])
def test_an_end_without_the_database_loses_nothing(trouble, tmp_path):
    with serving(tmp_path / "state") as sandbox:
        fill_lists(sandbox)
        with dawdlers(sandbox):
            trading = Trading(sandbox)
            time.sleep(1.5)
            stalled = take_away(sandbox.process.pid, trouble)
            if trouble == "stalled":  # one that was killed is being started again
                time.sleep(1)
                health = httpx2.get(f"{sandbox.address}/readyz", timeout=10)
                assert health.status_code == 503
            assert httpx2.get(f"{sandbox.address}/livez", timeout=10).status_code == 200
            code, seconds = ended(sandbox, [signal.SIGTERM])
            trading.finish()
            go_on(stalled)
    assert code == 0
    assert seconds < STOP_S
    assert trading.acknowledged
    assert_kept(tmp_path / "state", trading)


def take_away(pid, trouble):
    """Have a server's PostgreSQL stand still, all of it, or die; return what stands still."""
    master = postgres_of(pid)[0]
    if trouble == "killed":
        os.kill(master, signal.SIGKILL)
        return []
    os.kill(master, signal.SIGSTOP)
    for process in postgres_of(pid):
        os.kill(process, signal.SIGSTOP)
    return postgres_of(pid)


def go_on(stalled):
    """End the stall: what was stopped does what it was at, unless it is gone."""
    for pid in filter(_is_postgres, stalled):
        os.kill(pid, signal.SIGCONT)


def _is_postgres(pid):
    try:
        return "postgres" in Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return False
