"""Commands on permits: how each is refused and done, and who may submit it."""

from exchange.core.act import Act, Do, Refuse
from exchange.core.command import Command
from exchange.core.mandate import REGULATOR, TRADERS, Mandate
from exchange.core.permits import recording, renewals, rights
from exchange.core.permits.commands import (
    DecideRenewal,
    RecordPermit,
    RenewRight,
    RequestRenewal,
    UpdatePermit,
)
from exchange.core.types import Scope

TABLE: dict[type[Command], tuple[Refuse, Do]] = {
    RequestRenewal: (renewals.refuse_request, renewals.request),
}
ACTS = (
    Act(RecordPermit, recording.refuse_record, recording.record, recording.describe_record),
    Act(UpdatePermit, recording.refuse_update, recording.update, recording.describe_update),
    Act(DecideRenewal, renewals.refuse_decide, renewals.decide, renewals.describe_decide),
    Act(RenewRight, rights.refuse_renew, rights.renew, rights.describe_renew),
)
MANDATES: dict[type[Command], Mandate] = {
    RequestRenewal: Mandate(own=TRADERS, scope=Scope.ADMIN),
    **dict.fromkeys((RecordPermit, UpdatePermit, DecideRenewal, RenewRight), REGULATOR),
}
