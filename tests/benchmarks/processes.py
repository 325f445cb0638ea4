"""What processor time the server, its database and everybody else used, from /proc."""

import os
from dataclasses import dataclass
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
BACKGROUND = ("checkpointer", "writer", "walwriter", "autovacuum", "logical", "io worker", "stats")


@dataclass(frozen=True, slots=True)
class Process:
    pid: int
    parent: int
    name: str
    title: str
    cpu_s: float
    children_cpu_s: float
    """Of children that have ended and were waited for."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Processor seconds: of the server, of PostgreSQL's sessions and of the rest of it."""

    server: float = 0.0
    sessions: float = 0.0
    background: float = 0.0
    machine: float = 0.0

    def since(self, earlier: "Usage") -> "Usage":
        return Usage(
            self.server - earlier.server,
            self.sessions - earlier.sessions,
            self.background - earlier.background,
            self.machine - earlier.machine,
        )


def parse_stat(pid: int, stat: str, title: str = "") -> Process:
    """Read `/proc/PID/stat`; a name may hold blanks and brackets."""
    name, _, rest = stat.partition("(")[2].rpartition(")")
    fields = rest.split()
    user, system, child_user, child_system = (int(word) * TICK_S for word in fields[11:15])
    return Process(pid, int(fields[1]), name, title, user + system, child_user + child_system)


def busy_seconds(stat: str) -> float:
    """Read the first line of `/proc/stat`: what all processors spent on anything but waiting."""
    user, nice, system, _idle, _iowait, irq, softirq = map(int, stat.split()[1:8])
    return (user + nice + system + irq + softirq) * TICK_S


def _processes() -> list[Process]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                title = (entry / "cmdline").read_bytes().decode(errors="replace")
                found.append(parse_stat(int(entry.name), (entry / "stat").read_text(), title))
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def usage(server: int) -> Usage:
    """Sum up a server process and the PostgreSQL that it started."""
    every = _processes()
    sessions = background = own = 0.0
    postmasters = {p.pid for p in every if p.parent == server and p.name.startswith("postgres")}
    for process in every:
        if process.pid == server:
            own = process.cpu_s
        elif process.pid in postmasters:
            background += process.cpu_s + process.children_cpu_s  # most are autovacuum's workers
        elif process.parent in postmasters:
            if any(word in process.title for word in BACKGROUND):
                background += process.cpu_s
            else:
                sessions += process.cpu_s
    return Usage(own, sessions, background, busy_seconds(Path("/proc/stat").read_text()))


def cpu_seconds(pid: int) -> float:
    """What one process used up to now."""
    return parse_stat(pid, Path(f"/proc/{pid}/stat").read_text()).cpu_s
