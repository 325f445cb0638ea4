"""Acts on water years and savings, and who may ask for them."""

from exchange.core.act import Act
from exchange.core.command import Command
from exchange.core.mandate import REGULATOR, Mandate
from exchange.core.water import savings, years
from exchange.core.water.commands import RecordOveruse, SetInflowRatio, VerifySaving

ACTS = (
    Act(SetInflowRatio, years.refuse_ratio, years.set_ratio, years.describe_ratio),
    Act(RecordOveruse, years.refuse_overuse, years.record_overuse, years.describe_overuse),
    Act(VerifySaving, savings.refuse_verify, savings.verify, savings.describe_verify),
)
MANDATES: dict[type[Command], Mandate] = {
    SetInflowRatio: REGULATOR,
    RecordOveruse: REGULATOR,
    VerifySaving: REGULATOR,
}
