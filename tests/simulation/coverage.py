"""What a campaign has met, and what it should have: every command, event, reason and fault."""

from collections import Counter
from typing import get_args

from exchange.core.events import AnyEvent
from exchange.core.reasons import RejectReason
from exchange.core.venue import INSTITUTIONS
from tests.support.memory_journal import Moment

STRUCK = (Moment.SENT, Moment.WRITTEN, Moment.SYNCED, Moment.READ)


def expected() -> dict[str, list[str]]:
    """Return what has to be met, by kind."""
    return {
        "commands done": [f"did {command.__name__}" for command in INSTITUTIONS],
        "events": [f"event {kind.__name__}" for kind in get_args(AnyEvent)],
        "refusals": [f"refused {reason}" for reason in RejectReason],
        "faults": [
            f"{fault} {moment}"
            for fault in ("slow", "cut", "killed", "power lost")
            for moment in STRUCK
        ],
        "disturbances": [
            *("start", "stop", "kill", "pause", "take-over", "snapshot aside", "work left"),
            *("jump seconds", "jump days", "jump years", "jump to a change of session"),
            *("sent twice", "id reused", "told reused", "out of patience", "connection lost"),
            *("answered queue_full", "answered ledger_unavailable"),
        ],
    }


def missing(met: Counter[str]) -> list[str]:
    return [name for names in expected().values() for name in names if not met[name]]


def table(met: Counter[str]) -> str:
    """Show how often each was met."""
    lines = []
    for kind, names in expected().items():
        lines.append(f"{kind}:")
        lines.extend(f"  {met[name]:>9}  {name}" for name in names)
    return "\n".join(lines)
