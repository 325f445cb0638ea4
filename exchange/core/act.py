"""How an act under four eyes is refused, done and described to the one who shall approve it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from exchange.core.command import Command
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.state import State

Refuse = Callable[[State, Any], Refusal | None]
Do = Callable[[State, Any], Sequence[AnyEvent]]
Figures = tuple[tuple[str, str], ...]
Describe = Callable[[State, Any], tuple[str, Figures]]
"""Returns what the act is about and the figures that matter. Called only once it is not refused."""


@dataclass(frozen=True, slots=True)
class Act:
    """A command that is carried out only when a second person approves it."""

    kind: type[Command]
    refuse: Refuse
    do: Do
    describe: Describe
