"""Commands of initial allocation: how each is refused and done, and who may submit it."""

from exchange.core.act import Act, Do, Refuse
from exchange.core.allocation import issue, plans
from exchange.core.allocation.commands import IssueAllocation, PublishPlan
from exchange.core.command import Command
from exchange.core.mandate import REGULATOR, Mandate

TABLE: dict[type[Command], tuple[Refuse, Do]] = {
    PublishPlan: (plans.refuse_publish, plans.publish),
}
ACTS = (Act(IssueAllocation, issue.refuse_issue, issue.issue, issue.describe),)
MANDATES: dict[type[Command], Mandate] = {
    PublishPlan: REGULATOR,
    IssueAllocation: REGULATOR,
}
