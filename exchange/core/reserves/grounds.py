"""Why a unit enters a reserve or leaves it: closed sets of words."""

from enum import StrEnum


class Recovery(StrEnum):
    """On what ground a reserve takes units without paying."""

    CLOSED = "closed"
    BANKRUPT = "bankrupt"
    MOVED_OUT = "moved_out"
    GOVERNMENT_CUT = "government_cut"


class Ground(StrEnum):
    """The ground of a movement of a reserve."""

    RETAINED = "retained"
    REPURCHASED = "repurchased"
    CLOSED = "closed"
    BANKRUPT = "bankrupt"
    MOVED_OUT = "moved_out"
    GOVERNMENT_CUT = "government_cut"
    AGREEMENT = "agreement"
    PUBLIC_SALE = "public_sale"
    SIMPLIFIED_SALE = "simplified_sale"
