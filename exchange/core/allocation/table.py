"""Commands of initial allocation: how each is refused and done, and who may submit it."""

from exchange.core.act import Act, Do, Refuse
from exchange.core.allocation import issue, objections, plans
from exchange.core.allocation.commands import (
    DecideObjection,
    FileObjection,
    IssueAllocation,
    PublishPlan,
)
from exchange.core.command import Command
from exchange.core.mandate import REGULATOR, TRADERS, Mandate
from exchange.core.types import Scope

TABLE: dict[type[Command], tuple[Refuse, Do]] = {
    PublishPlan: (plans.refuse_publish, plans.publish),
    FileObjection: (objections.refuse_file, objections.file),
    DecideObjection: (objections.refuse_decide, objections.decide),
}
ACTS = (Act(IssueAllocation, issue.refuse_issue, issue.issue, issue.describe),)
MANDATES: dict[type[Command], Mandate] = {
    PublishPlan: REGULATOR,
    IssueAllocation: REGULATOR,
    FileObjection: Mandate(own=TRADERS, scope=Scope.ADMIN),
    DecideObjection: REGULATOR,
}
