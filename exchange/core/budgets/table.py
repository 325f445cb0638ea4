"""Commands on budgets: how each is refused and done, and who may submit it."""

from exchange.core.act import Act, Do, Refuse
from exchange.core.budgets import indicators, obligations, projects, uses
from exchange.core.budgets.commands import (
    AdjustBudget,
    CloseProject,
    CoverObligation,
    ListPriority,
    RecordUse,
    RegisterProject,
    SetIndicator,
    StartProject,
)
from exchange.core.command import Command
from exchange.core.mandate import REGULATOR, TRADERS, Mandate
from exchange.core.types import Scope

TABLE: dict[type[Command], tuple[Refuse, Do]] = {
    CoverObligation: (obligations.refuse_cover, obligations.cover),
    StartProject: (obligations.refuse_start, obligations.start),
}
ACTS = (
    Act(
        RegisterProject,
        projects.refuse_register,
        projects.register,
        projects.describe_register,
    ),
    Act(AdjustBudget, projects.refuse_adjust, projects.adjust, projects.describe_adjust),
    Act(RecordUse, uses.refuse_record, uses.record, uses.describe),
    Act(CloseProject, projects.refuse_close, projects.close, projects.describe_close),
    Act(ListPriority, projects.refuse_list, projects.list_priority, projects.describe_list),
    Act(SetIndicator, indicators.refuse_set, indicators.set_indicator, indicators.describe),
)
MANDATES: dict[type[Command], Mandate] = {
    **{act.kind: REGULATOR for act in ACTS},
    CoverObligation: Mandate(own=TRADERS, scope=Scope.SURRENDER),
    StartProject: Mandate(own=TRADERS, scope=Scope.ADMIN),
}
