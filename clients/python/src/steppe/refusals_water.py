"""Exceptions for what is refused about water years, savings and what they set aside."""

from steppe.errors import Conflict, Refused


class SavingExists(Refused, Conflict, code="saving_exists"):
    """The district's saving of this asset was verified before."""


class PotNeedsAct(Refused, code="pot_needs_act"):
    """This pot is filled by an act of its own alone, such as the verification of a saving."""


class WaterYearOutOfRange(Refused, code="water_year_out_of_range"):
    """The water year is over, or not yet near."""


class WaterYearDiffers(Refused, code="water_year_differs"):
    """The asset is the water of another year."""
