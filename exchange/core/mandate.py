"""What a mandate is: who may submit a command."""

from dataclasses import dataclass

from exchange.core.types import Role, Scope

TRADERS = (Role.ENTERPRISE, Role.INSTITUTION)


@dataclass(frozen=True, slots=True)
class Mandate:
    """Roles that may submit a command for their own participant, and those that may for anybody.

    The first need the scope named; the others, staff, need the `admin` scope.
    """

    own: tuple[Role, ...] = ()
    scope: Scope | None = None
    any: tuple[Role, ...] = ()


REGULATOR = Mandate(any=(Role.REGULATOR,))
