"""Refusals about projects, their budgets and targets of places, in the order they are tested."""

from steppe.errors import Conflict, NotFound, Refused

__all__ = [
    "BudgetInsufficient",
    "ExclusionsTooLarge",
    "IndicatorPeriodPast",
    "IndicatorUnknown",
    "ObligationExceeded",
    "ObligationInvalid",
    "ObligationUncovered",
    "ProjectClosed",
    "ProjectExists",
    "ProjectNotPriority",
    "ProjectNotStarted",
    "ProjectStarted",
    "ProjectUnknown",
    "TargetInRed",
]


class ProjectUnknown(Refused, NotFound, code="project_unknown"):
    """There is no such project on this ledger, or it is not yours."""


class ProjectExists(Refused, Conflict, code="project_exists"):
    """A project of this asset has this code already."""


class IndicatorUnknown(Refused, NotFound, code="indicator_unknown"):
    """A place has no target of this name."""


class ProjectClosed(Refused, code="project_closed"):
    """The project was closed before."""


class ProjectStarted(Refused, code="project_started"):
    """The project has started: it was covered, and is not raised any more."""


class ProjectNotStarted(Refused, code="project_not_started"):
    """Nothing can be used before the project starts."""


class IndicatorPeriodPast(Refused, code="indicator_period_past"):
    """A later period of this target is reported already."""


class ObligationUncovered(Refused, code="obligation_uncovered"):
    """The project may not start before its obligation is covered."""


class TargetInRed(Refused, code="target_in_red"):
    """A binding target of the place is in red: no more units come in."""


class ProjectNotPriority(Refused, code="project_not_priority"):
    """The pot is for projects on the priority list."""


class ExclusionsTooLarge(Refused, code="exclusions_too_large"):
    """More renewable and feedstock energy is named than there is energy."""


class ObligationInvalid(Refused, code="obligation_invalid"):
    """The method of the place gives no result: see the figures."""


class ObligationExceeded(Refused, code="obligation_exceeded"):
    """There is not so much left to be covered."""


class BudgetInsufficient(Refused, code="budget_insufficient"):
    """The budget has not so much left."""
