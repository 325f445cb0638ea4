"""What happened to permits, to the renewal of rights, and to the tasks that follow."""

from exchange.core.event import Event
from exchange.core.permits.content import Permitted, PermitTerms
from exchange.core.types import AccountId, AssetId, Day, LotId, ParticipantId, PermitId, TaskId


class PermitRecorded(Event, frozen=True):
    """A permit is known as its first version; `terms` has its last day in any case."""

    permit_id: PermitId
    holder_id: ParticipantId
    number: str
    terms: PermitTerms
    document: str


class PermitUpdated(Event, frozen=True):
    """`version` of a permit is in force, by a change or by its renewal."""

    permit_id: PermitId
    version: int
    terms: PermitTerms
    document: str


class PermitsExpired(Event, frozen=True):
    """Their last day has passed."""

    permit_ids: tuple[PermitId, ...]


class RenewalRequested(Event, frozen=True):
    """`renewal` counts the renewals that were ever asked for of this permit."""

    permit_id: PermitId
    renewal: int
    participant_id: ParticipantId
    quantities: tuple[Permitted, ...]
    requested_on: Day


class RenewalDecided(Event, frozen=True):
    """A renewal was granted (the new version follows) or refused."""

    permit_id: PermitId
    renewal: int
    granted: bool
    document: str


class PermitTaskOpened(Event, frozen=True):
    """A permit has to be changed: what is held is not what it states.

    Units: `held`, `permitted` and `usable` are of the asset.
    """

    task_id: TaskId
    participant_id: ParticipantId
    asset_id: AssetId
    held: int
    permitted: int
    usable: int
    opened_on: Day


class PermitTaskClosed(Event, frozen=True):
    """The permit states again what is held, or need not."""

    task_id: TaskId
    participant_id: ParticipantId
    asset_id: AssetId
    closed_on: Day


class RightRenewed(Event, frozen=True):
    """Units of a lot were given anew as `new_lot_id`, `returned` went back; the postings follow."""

    account_id: AccountId
    lot_id: LotId
    new_lot_id: LotId
    quantity: int
    returned: int
    document: str


PermitsEvent = (
    PermitRecorded
    | PermitUpdated
    | PermitsExpired
    | RenewalRequested
    | RenewalDecided
    | PermitTaskOpened
    | PermitTaskClosed
    | RightRenewed
)
