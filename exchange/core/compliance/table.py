"""Commands of the compliance cycle: how each is refused and done, and who may submit it."""

from exchange.core.act import Act, Do, Refuse
from exchange.core.command import Command
from exchange.core.compliance import (
    determination,
    entities,
    fines,
    periods,
    reports,
    surrender,
    verification,
)
from exchange.core.compliance.commands import (
    DeterminePeriod,
    EstimateConservatively,
    ImposeFine,
    ListEntities,
    ObjectVerification,
    OpenPeriod,
    ReturnReport,
    SubmitReport,
    SurrenderUnits,
    VerifyReport,
)
from exchange.core.mandate import REGULATOR, TRADERS, Mandate
from exchange.core.types import Role, Scope

TABLE: dict[type[Command], tuple[Refuse, Do]] = {
    ListEntities: (entities.refuse_entries, entities.enter),
    SubmitReport: (reports.refuse_submit, reports.submit),
    ReturnReport: (verification.refuse_return, verification.send_back),
    VerifyReport: (verification.refuse_verify, verification.verify),
    ObjectVerification: (verification.refuse_object, verification.object_to),
}
ACTS = (
    Act(OpenPeriod, periods.refuse_open, periods.open_period, periods.describe),
    Act(
        EstimateConservatively,
        reports.refuse_estimate,
        reports.estimate,
        reports.describe_estimate,
    ),
    Act(SurrenderUnits, surrender.refuse_surrender, surrender.surrender, surrender.describe),
    Act(
        DeterminePeriod,
        determination.refuse_determine,
        determination.determine,
        determination.describe,
    ),
    Act(ImposeFine, fines.refuse_impose, fines.impose, fines.describe),
)
_OWNER = Mandate(own=TRADERS, scope=Scope.ADMIN)
_VERIFIER = Mandate(own=(Role.VERIFIER, Role.REGULATOR), scope=Scope.ADMIN)
MANDATES: dict[type[Command], Mandate] = {
    OpenPeriod: REGULATOR,
    ListEntities: REGULATOR,
    SubmitReport: _OWNER,
    ReturnReport: _VERIFIER,
    VerifyReport: _VERIFIER,
    ObjectVerification: _OWNER,
    EstimateConservatively: REGULATOR,
    SurrenderUnits: Mandate(own=TRADERS, scope=Scope.SURRENDER),
    DeterminePeriod: REGULATOR,
    ImposeFine: REGULATOR,
}
