"""Which processes there are to be killed: a server, and the PostgreSQL that it started."""

import contextlib
import os
import random
import signal
from pathlib import Path

from tests.support.server import Sandbox

KINDS = ("both", "server", "database", "session")


def home(state: Path) -> Path:
    """Where the embedded PostgreSQL of a state folder lives."""
    record = state / "postgres.location"
    return Path(record.read_text().strip()) if record.exists() else state / "postgres"


def database_processes(state: Path) -> list[int]:
    """The postmaster, then all its children."""
    postmaster = int((home(state) / "data" / "postmaster.pid").read_text().splitlines()[0])
    return [postmaster, *(pid for pid, parent in _parents() if parent == postmaster)]


def _parents() -> list[tuple[int, int]]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                rest = (folder / "stat").read_text().rpartition(")")[2].split()
                found.append((int(folder.name), int(rest[1])))
    return found


def sessions(state: Path) -> list[int]:
    """Those children of the postmaster that serve a client."""
    found = []
    for pid in database_processes(state)[1:]:
        with contextlib.suppress(OSError):
            title = Path(f"/proc/{pid}/cmdline").read_bytes()
            if b" [local] " in title:
                found.append(pid)
    return found


def kill(kind: str, sandbox: Sandbox, rng: random.Random) -> None:
    """End processes as a power switch would: no handler runs, nothing is flushed by them."""
    state = sandbox.state_folder
    victims: list[int] = []
    if kind in ("both", "database"):
        victims.extend(database_processes(state))
    if kind in ("both", "server"):
        victims.append(sandbox.process.pid)
    if kind == "session":
        victims.extend(rng.sample(sessions(state), 1))
    rng.shuffle(victims)
    for pid in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def server_dies(kind: str) -> bool:
    return kind in ("both", "server")
