"""What a new day brings: a line for each institution with duties at midnight, in order of doing.

Each is called once a day, after the day has been set and before anybody trades on it. It emits what
it changed, and does nothing on a day when nothing is due.
"""

from collections.abc import Callable

from exchange.core.approvals import requests
from exchange.core.events import AnyEvent
from exchange.core.state import State

DAILY: tuple[Callable[[State], list[AnyEvent]], ...] = (requests.expire,)
