"""Commands on permits and on the rights that go with them.

A renewal is asked for by the enterprise; everything else takes two people of the regulator.
"""

from exchange.core.command import Command
from exchange.core.permits.content import Permitted, PermitTerms
from exchange.core.types import AccountId, Day, LotId, ParticipantId, PermitId


class RecordPermit(Command, frozen=True):
    """Record a permit under its number, as its document says."""

    holder_id: ParticipantId
    number: str
    terms: PermitTerms
    document: str


class UpdatePermit(Command, frozen=True):
    """Record that a permit was changed: the next version, in force at once."""

    permit_id: PermitId
    terms: PermitTerms
    document: str


class RequestRenewal(Command, frozen=True):
    """Ask that one's own permit be renewed, for quantities to be verified again."""

    participant_id: ParticipantId
    permit_id: PermitId
    quantities: tuple[Permitted, ...]


class DecideRenewal(Command, frozen=True):
    """Renew a permit with the quantities that were verified again, or refuse to.

    `valid_to` 0 is the longest usual term from the day after the permit's last day.
    """

    permit_id: PermitId
    granted: bool
    quantities: tuple[Permitted, ...]
    valid_to: Day
    document: str


class RenewRight(Command, frozen=True):
    """Renew what a holding has of a lot before the lot ends, by the quantity verified again.

    All that can be reached of the lot ends; so much as `quantity` is issued anew as a lot that is
    valid longer, the rest goes back to what the place has left. `valid_to` 0 is the longest usual
    term from the day after the old lot's last day.
    """

    account_id: AccountId
    lot_id: LotId
    quantity: int
    valid_to: Day
    document: str


PermitsCommand = RecordPermit | UpdatePermit | RequestRenewal | DecideRenewal | RenewRight
