"""Exceptions for what is refused about locks, permits and the renewal of both and of rights."""

from steppe.errors import Conflict, NotFound, Refused

__all__ = [
    "LockUnknown",
    "LotEnded",
    "LotHasNoEnd",
    "PermitContentInvalid",
    "PermitExists",
    "PermitTermOutOfRange",
    "PermitUnknown",
    "RenewalAboveVerified",
    "RenewalExists",
    "RenewalTooLate",
    "RenewalUnknown",
    "SubstitutionInsufficient",
    "SubstitutionMissing",
]


class LockUnknown(Refused, NotFound, code="lock_unknown"):
    """There is no such lock, or it keeps nothing more."""


class PermitUnknown(Refused, NotFound, code="permit_unknown"):
    """There is no such permit, or it is another's."""


class PermitExists(Refused, Conflict, code="permit_exists"):
    """A permit of this number is recorded."""


class RenewalUnknown(Refused, NotFound, code="renewal_unknown"):
    """No renewal of this permit waits to be decided."""


class RenewalExists(Refused, Conflict, code="renewal_exists"):
    """A renewal of this permit waits to be decided."""


class PermitContentInvalid(Refused, code="permit_content_invalid"):
    """Quantities are missing, of an unknown kind, of one twice; or a source has no quantity."""


class RenewalTooLate(Refused, code="renewal_too_late"):
    """Fewer days are left than the rule asks; `figures` has the deadline."""


class LotHasNoEnd(Refused, code="lot_has_no_end"):
    """What is valid without an end is not renewed."""


class LotEnded(Refused, code="lot_ended"):
    """The last day of the lot has passed."""


class PermitTermOutOfRange(Refused, code="permit_term_out_of_range"):
    """The term is longer than the rule allows; `figures` has the latest day."""


class SubstitutionMissing(Refused, code="substitution_missing"):
    """The new project shows no reduction elsewhere for a kind that it adds."""


class SubstitutionInsufficient(Refused, code="substitution_insufficient"):
    """The new project shows less reduction elsewhere than it takes."""


class RenewalAboveVerified(Refused, code="renewal_above_verified"):
    """More would be held after the renewal than the permit allows then."""
