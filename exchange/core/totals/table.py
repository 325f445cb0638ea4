"""Acts on control totals, and who may ask for them."""

from exchange.core.act import Act
from exchange.core.command import Command
from exchange.core.mandate import REGULATOR, Mandate
from exchange.core.totals import pots, targets
from exchange.core.totals.commands import (
    AdjustControlTotal,
    CancelTotal,
    SetAside,
    SetControlTotal,
)

ACTS = (
    Act(SetControlTotal, targets.refuse_set, targets.set_total, targets.describe_set),
    Act(AdjustControlTotal, targets.refuse_adjust, targets.adjust, targets.describe_adjust),
    Act(SetAside, pots.refuse_set_aside, pots.set_aside, pots.describe_set_aside),
    Act(CancelTotal, pots.refuse_cancel, pots.cancel, pots.describe_cancel),
)
MANDATES: dict[type[Command], Mandate] = {
    SetControlTotal: REGULATOR,
    AdjustControlTotal: REGULATOR,
    SetAside: REGULATOR,
    CancelTotal: REGULATOR,
}
