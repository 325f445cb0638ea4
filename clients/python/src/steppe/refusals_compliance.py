"""Why the venue refuses in the compliance cycle, in the order in which it tests reasons."""

from steppe.errors import Conflict, NotFound, Refused

__all__ = [
    "EntityNotListed",
    "FineExists",
    "FineOutOfRange",
    "LotNotValid",
    "ObligationUnknown",
    "OffsetLimitExceeded",
    "PeriodDetermined",
    "PeriodExists",
    "PeriodNotDetermined",
    "PeriodUnknown",
    "ReportDeadlineOpen",
    "ReportDeadlinePassed",
    "ReportNotPending",
    "ReportPending",
    "ReportSuperseded",
    "ReportUnknown",
    "ReportUnverified",
    "ShortfallNone",
    "SurrenderAboveDue",
    "SurrenderDeadlineOpen",
    "SurrenderDeadlinePassed",
    "SurrenderKindRefused",
    "SurrenderVintageRefused",
    "VerificationFinal",
    "VerifierConflict",
]


class PeriodUnknown(Refused, NotFound, code="period_unknown"):
    """There is no such compliance period."""


class PeriodExists(Refused, Conflict, code="period_exists"):
    """The compliance period is there already."""


class ObligationUnknown(Refused, NotFound, code="obligation_unknown"):
    """There is no such obligation of yours."""


class ReportUnknown(Refused, NotFound, code="report_unknown"):
    """There is no such report of yours."""


class EntityNotListed(Refused, code="entity_not_listed"):
    """The entity is not on the list of the period."""


class PeriodDetermined(Refused, code="period_determined"):
    """The period has been determined."""


class PeriodNotDetermined(Refused, code="period_not_determined"):
    """The period has not been determined."""


class ReportSuperseded(Refused, code="report_superseded"):
    """A later version of the report is there."""


class ReportPending(Refused, code="report_pending"):
    """A report of the entity waits to be verified."""


class ReportNotPending(Refused, code="report_not_pending"):
    """The report does not wait for this."""


class VerifierConflict(Refused, code="verifier_conflict"):
    """Whoever prepared or verified a report does not verify it."""


class VerificationFinal(Refused, code="verification_final"):
    """The verification can no longer be objected to."""


class ReportDeadlineOpen(Refused, code="report_deadline_open"):
    """The deadline for reports has not passed."""


class ReportDeadlinePassed(Refused, code="report_deadline_passed"):
    """The deadline for reports has passed."""


class SurrenderDeadlineOpen(Refused, code="surrender_deadline_open"):
    """The deadline for surrender has not passed."""


class SurrenderDeadlinePassed(Refused, code="surrender_deadline_passed"):
    """The deadline for surrender has passed."""


class ReportUnverified(Refused, code="report_unverified"):
    """An entity of the list has no verified figure."""


class FineExists(Refused, Conflict, code="fine_exists"):
    """The entity was fined for this period."""


class ShortfallNone(Refused, code="shortfall_none"):
    """The entity is not short."""


class SurrenderKindRefused(Refused, code="surrender_kind_refused"):
    """Units of this kind do not count in this period."""


class SurrenderVintageRefused(Refused, code="surrender_vintage_refused"):
    """Units of this vintage do not count in this period."""


class LotNotValid(Refused, code="lot_not_valid"):
    """The lot is not valid today."""


class FineOutOfRange(Refused, code="fine_out_of_range"):
    """The fine is outside what the rules allow."""


class SurrenderAboveDue(Refused, code="surrender_above_due"):
    """More would be surrendered than is owed."""


class OffsetLimitExceeded(Refused, code="offset_limit_exceeded"):
    """More offsets would be used than the share allows."""
