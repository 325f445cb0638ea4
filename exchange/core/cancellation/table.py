"""The act of cancelling, and who may ask for it."""

from exchange.core.act import Act
from exchange.core.cancellation import cancelling
from exchange.core.cancellation.commands import CancelUnits
from exchange.core.command import Command
from exchange.core.mandate import TRADERS, Mandate
from exchange.core.types import Scope

ACTS = (Act(CancelUnits, cancelling.refuse_cancel, cancelling.cancel, cancelling.describe),)
MANDATES: dict[type[Command], Mandate] = {
    CancelUnits: Mandate(own=TRADERS, scope=Scope.SURRENDER),
}
