"""What a permit (排污许可证, 取水许可证) says, as commands and events carry it.

Units: quantities of permits are counts of 10**-4 of a kind's unit, in a year where the kind is one
of yearly quantities, whatever the scale of the assets of that kind.
"""

from typing import Final

import msgspec

from exchange.core.types import Day

PERMIT_SCALE: Final = 4


def in_units(quantity: int, scale: int) -> int:
    """Turn a quantity of permits into units of an asset of a scale, rounded down."""
    units: int = quantity * 10**scale // 10**PERMIT_SCALE
    return units


class Permitted(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How much of a kind of right a permit allows to use."""

    kind: str
    quantity: int


class Substitution(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a new project's quantity comes from (替代削减来源): a reduction made elsewhere."""

    kind: str
    quantity: int
    source: str


class PermitTerms(msgspec.Struct, frozen=True, array_like=True):
    """One version of a permit.

    `valid_to` 0 in a command is the longest usual term. A new project shows by `substitution` where
    the quantities come from that it adds; how much it takes depends on whether the place meets its
    targets of environmental quality (`non_attainment`: it does not).
    """

    quantities: tuple[Permitted, ...]
    valid_from: Day
    valid_to: Day
    new_project: bool
    non_attainment: bool
    substitution: tuple[Substitution, ...]
