"""Why the venue refuses what follows an issue, in the order in which it tests reasons."""

from steppe.errors import NotFound, Refused

__all__ = [
    "BorrowExceedsGap",
    "ClaimOpen",
    "ClaimUnknown",
    "ClosureNotYet",
    "DeductionBelowMinimum",
    "DeductionInvalid",
    "EntityClosed",
    "EntityNotInSeries",
    "FormulaRefuses",
    "PlanIsTrueUp",
    "PlanNotTrueUp",
    "SeriesDiffers",
    "SeriesOutOfOrder",
    "SeriesUnknown",
]


class SeriesUnknown(Refused, NotFound, code="series_unknown"):
    """No plan was issued that began such a series."""


class EntityNotInSeries(Refused, NotFound, code="entity_not_in_series"):
    """The series never gave such an entity anything."""


class ClaimUnknown(Refused, NotFound, code="claim_unknown"):
    """There is no such open claim against you."""


class PlanIsTrueUp(Refused, code="plan_is_true_up"):
    """The plan is carried out as a true-up, not issued."""


class PlanNotTrueUp(Refused, code="plan_not_true_up"):
    """The plan is issued, not carried out as a true-up."""


class SeriesOutOfOrder(Refused, code="series_out_of_order"):
    """The true-up is not the next phase of its series."""


class SeriesDiffers(Refused, code="series_differs"):
    """The series is of another asset or vintage, or the entity of another participant."""


class EntityClosed(Refused, code="entity_closed"):
    """The entity is closed and gets no more."""


class ClosureNotYet(Refused, code="closure_not_yet"):
    """The day of the closure has not come."""


class DeductionInvalid(Refused, code="deduction_invalid"):
    """A deduction is a quantity or a ratio above 0 up to 1."""


class DeductionBelowMinimum(Refused, code="deduction_below_minimum"):
    """The ratio is below what the rule demands for false data."""


class FormulaRefuses(Refused, code="formula_refuses"):
    """The formula in force gives no result; `figures` say why."""


class ClaimOpen(Refused, code="claim_open"):
    """Units of the asset are owed back; until then they are not given away."""


class BorrowExceedsGap(Refused, code="borrow_exceeds_gap"):
    """More would be borrowed than the gap allows."""
