"""The act of letting a right leave its league, and who may ask for it."""

from exchange.core.act import Act
from exchange.core.command import Command
from exchange.core.crossing import permits
from exchange.core.crossing.commands import ApproveCrossRegion
from exchange.core.mandate import REGULATOR, Mandate

ACTS = (Act(ApproveCrossRegion, permits.refuse_approve, permits.approve, permits.describe),)
MANDATES: dict[type[Command], Mandate] = {ApproveCrossRegion: REGULATOR}
