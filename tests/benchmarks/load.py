"""The load generator: a process of its own that sends what was encoded before the clock started.

Open loop (`rate` given): every request has a due time and goes to the connection that has been free
the longest. Latency counts from the due time, so a request that had to wait for a connection says
so, and one that was never sent counts with the time that it waited.

Closed loop (`rate` 0): each connection sends its next request when the last one is answered, for
the highest rate that so many connections reach. Latency counts from the sending.

Run as `python -m tests.benchmarks.load PLAN`, where PLAN is a JSON file; it prints JSON. It waits
on one epoll and looks only at status line and length of an answer, so as to leave the processor to
the server; what it uses all the same it reports. Needs Linux.
"""

import gc
import json
import select
import socket
import sys
import time
from collections import Counter, deque
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.benchmarks.answers import Answer
from tests.benchmarks.flow import FLOWS, requests
from tests.benchmarks.processes import Usage, usage
from tests.benchmarks.schedule import due_times, latency_summary

READ_BYTES = 256 * 1024
STUCK_S = 60
PATIENCE = 3  # an open loop that fell behind gives up after so many times its planned length
REFUSED = b'"status":"refused"'
TRADE = b'"trade_id":'
SHOWN_BYTES = 400


class Connection:
    """A keep-alive connection with at most one request under way."""

    __slots__ = ("_address", "_unsent", "answer", "number", "socket", "started")

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._unsent = memoryview(b"")
        self.answer = Answer()
        self.number = -1
        self.started = 0.0
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(self._address, timeout=STUCK_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)

    def send(self, request: bytes) -> bool:
        """Begin to send a request; tell whether all of it is out."""
        self.answer = Answer()
        self._unsent = memoryview(request)
        return self.flush()

    def flush(self) -> bool:
        try:
            self._unsent = self._unsent[self.socket.send(self._unsent) :]
        except BlockingIOError:
            return False
        return not self._unsent


class Load:
    """One run: what is to be sent, and what came of it. Times are seconds after the start."""

    def __init__(
        self, address: str, sent: list[bytes], due: list[float] | None, plan: dict[str, Any]
    ) -> None:
        parts = urlsplit(address)
        self._requests = sent
        self._due = due
        self._seconds_max = plan["seconds"]
        self._next = 0
        self._epoll = select.epoll()
        self._busy: dict[int, Connection] = {}
        place = (parts.hostname or "", parts.port or 80)
        self._free = deque(Connection(place) for _ in range(plan["connections"]))
        for connection in self._free:
            self._epoll.register(connection.socket, select.EPOLLIN)
        self.latencies: list[float] = []
        self.lateness: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.refused = 0
        self.trades = 0
        self.lost = 0
        self.unsent: list[float] = []
        self.shown = ""
        self.finished = 0.0

    def run(self) -> None:
        """Send everything, or for as long as the plan says, and wait for the answers."""
        self._start = heard = time.perf_counter()
        while True:
            now = time.perf_counter() - self._start
            wait_s = self._send_due(now)
            if wait_s is None and not self._busy:
                break
            if self._wait(STUCK_S if wait_s is None else wait_s):
                heard = time.perf_counter()
            elif time.perf_counter() - heard > STUCK_S and self._busy:
                self.lost += len(self._busy)
                break
        self.finished = time.perf_counter() - self._start
        overdue = () if self._due is None else self._due[self._next :]
        self.unsent = [self.finished - due for due in overdue if due < self._seconds_max]

    def close(self) -> None:
        self._epoll.close()
        for connection in (*self._free, *self._busy.values()):
            connection.socket.close()

    def _send_due(self, now: float) -> float | None:
        """Send what is due; return the seconds until more is, None when only answers matter."""
        while self._next < len(self._requests) and now < self._seconds_max * PATIENCE:
            due = now if self._due is None else self._due[self._next]
            if due >= self._seconds_max:
                return None
            if not self._free:
                return STUCK_S
            if due > now:
                return due - now
            connection = self._free.popleft()
            connection.number, connection.started = self._next, due
            self.lateness.append(now - due)
            self._next += 1
            self._busy[connection.socket.fileno()] = connection
            self._begin(connection)
            now = time.perf_counter() - self._start
        return None

    def _begin(self, connection: Connection) -> None:
        try:
            if not connection.send(self._requests[connection.number]):
                self._epoll.modify(connection.socket, select.EPOLLIN | select.EPOLLOUT)
        except OSError:
            self._lose(connection)

    def _wait(self, seconds: float) -> int:
        """Wait for answers, at most so long; return how many events there were.

        An epoll counts in milliseconds; `select` on the epoll itself counts in microseconds, which
        matters only when the next request's time is near.
        """
        if seconds < STUCK_S:
            if not select.select((self._epoll,), (), (), seconds)[0]:
                return 0
            seconds = 0
        events = self._epoll.poll(seconds)
        for number, event in events:
            connection = self._busy.get(number)
            if connection is None:
                self._hung_up(number)
                continue
            try:
                if event & select.EPOLLOUT and connection.flush():
                    self._epoll.modify(connection.socket, select.EPOLLIN)
                if event & ~select.EPOLLOUT:
                    self._receive(connection)
            except (OSError, ValueError):
                self._lose(connection)
        return len(events)

    def _receive(self, connection: Connection) -> None:
        data = connection.socket.recv(READ_BYTES)
        if not data:
            self._lose(connection)
            return
        answer = connection.answer
        if not answer.add(data):
            return
        self.latencies.append(time.perf_counter() - self._start - connection.started)
        self.statuses[answer.status] += 1
        refused = answer.body.count(REFUSED) if answer.status == 200 else answer.status == 422
        self.refused += refused
        self.trades += answer.body.count(TRADE)
        if (refused or answer.status not in (200, 201)) and not self.shown:
            self.shown = _excerpt(answer)
        del self._busy[connection.socket.fileno()]
        if answer.closes:
            self._reopen(connection)
        self._free.append(connection)

    def _lose(self, connection: Connection) -> None:
        """The connection broke before the answer was whole."""
        self.lost += 1
        del self._busy[connection.socket.fileno()]
        self._reopen(connection)
        self._free.append(connection)

    def _hung_up(self, number: int) -> None:
        """The server closed a connection that was idle."""
        for connection in self._free:
            if connection.socket.fileno() == number:
                self._reopen(connection)
                return

    def _reopen(self, connection: Connection) -> None:
        self._epoll.unregister(connection.socket)
        connection.socket.close()
        connection.open()
        self._epoll.register(connection.socket, select.EPOLLIN)


def _excerpt(answer: Answer) -> str:
    body = answer.body
    at = max(0, body.find(REFUSED))
    return f"{answer.status} {body[at : at + SHOWN_BYTES].decode(errors='replace')}"


def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Carry out a plan; return counts, seconds, latencies and the generator's own cost."""
    sent = requests(
        plan["address"],
        plan["tokens"],
        FLOWS[plan["flow"]],
        name=plan["name"],
        batch=plan["batch"],
        count=plan["requests"],
        seed=plan["seed"],
    )
    due = None
    if plan["rate"]:
        due = due_times(len(sent), plan["rate"], plan["arrivals"], plan["seed"])
    load = Load(plan["address"], sent, due, plan)
    used = usage(plan["server"])
    began_at, own_s = time.time(), time.process_time()
    try:
        load.run()
    finally:
        load.close()
    own_s = time.process_time() - own_s
    used = usage(plan["server"]).since(used)
    answered = len(load.latencies)
    whole = sum(count for status, count in load.statuses.items() if status in (200, 201, 422))
    return {
        "began_at": began_at,
        "seconds": load.finished,
        "requests": answered,
        "orders": whole * plan["batch"] - load.refused,
        "trades": load.trades,
        "refused": load.refused,
        "failed": answered - whole + load.lost,
        "statuses": {str(status): count for status, count in sorted(load.statuses.items())},
        "unsent": len(load.unsent),
        "latency_ms": latency_summary(load.latencies + load.unsent),
        "sent_late_ms": latency_summary(load.lateness),
        "cpu_seconds": _shares(used, own_s),
        "generator_us_per_request": own_s * 1e6 / max(1, answered),
        "first_problem": load.shown,
    }


def _shares(used: Usage, generator_s: float) -> dict[str, float]:
    """Seconds of processor; `others` is everybody on the machine who is no part of the run."""
    seconds = asdict(used)
    machine = seconds.pop("machine")
    seconds["generator"] = generator_s
    return seconds | {"others": max(0.0, machine - sum(seconds.values()))}


if __name__ == "__main__":
    gc.disable()
    print(json.dumps(run(json.loads(Path(sys.argv[1]).read_text()))))
