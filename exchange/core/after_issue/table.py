"""Commands of what follows an issue: how each is refused and done, and who may submit it."""

from exchange.core.act import Act, Do, Refuse
from exchange.core.after_issue import borrowing, claims, closures, deductions, true_up
from exchange.core.after_issue.commands import (
    BorrowAllowances,
    CloseEntity,
    PublishTrueUp,
    RegisterDeduction,
    SettleClaim,
    TrueUpAllocation,
)
from exchange.core.command import Command
from exchange.core.mandate import REGULATOR, TRADERS, Mandate
from exchange.core.types import Scope

TABLE: dict[type[Command], tuple[Refuse, Do]] = {
    PublishTrueUp: (true_up.refuse_publish, true_up.publish),
    SettleClaim: (claims.refuse_settle, claims.settle),
}
ACTS = (
    Act(TrueUpAllocation, true_up.refuse_true_up, true_up.true_up, true_up.describe),
    Act(RegisterDeduction, deductions.refuse_register, deductions.register, deductions.describe),
    Act(BorrowAllowances, borrowing.refuse_borrow, borrowing.borrow, borrowing.describe),
    Act(CloseEntity, closures.refuse_close, closures.close, closures.describe),
)
MANDATES: dict[type[Command], Mandate] = {
    PublishTrueUp: REGULATOR,
    TrueUpAllocation: REGULATOR,
    RegisterDeduction: REGULATOR,
    BorrowAllowances: REGULATOR,
    CloseEntity: REGULATOR,
    SettleClaim: Mandate(own=TRADERS, scope=Scope.TRANSFER),
}
