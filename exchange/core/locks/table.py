"""Acts on locks, and who may ask for them."""

from exchange.core.act import Act
from exchange.core.command import Command
from exchange.core.locks import locking
from exchange.core.locks.commands import LockUnits, UnlockUnits
from exchange.core.mandate import REGULATOR, Mandate

ACTS = (
    Act(LockUnits, locking.refuse_lock, locking.lock, locking.describe_lock),
    Act(UnlockUnits, locking.refuse_unlock, locking.unlock, locking.describe_unlock),
)
MANDATES: dict[type[Command], Mandate] = {LockUnits: REGULATOR, UnlockUnits: REGULATOR}
