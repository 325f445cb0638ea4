"""Acts on control totals, and who may ask for them."""

from exchange.core.act import Act
from exchange.core.command import Command
from exchange.core.mandate import REGULATOR, Mandate
from exchange.core.totals import targets
from exchange.core.totals.commands import AdjustControlTotal, SetControlTotal

ACTS = (
    Act(SetControlTotal, targets.refuse_set, targets.set_total, targets.describe_set),
    Act(AdjustControlTotal, targets.refuse_adjust, targets.adjust, targets.describe_adjust),
)
MANDATES: dict[type[Command], Mandate] = {
    SetControlTotal: REGULATOR,
    AdjustControlTotal: REGULATOR,
}
