"""Markets of emission rights with permits and locks, and short ways to say their commands."""

from exchange.core.commands import IssueUnits
from exchange.core.locks.commands import LockUnits, UnlockUnits
from exchange.core.permits.commands import (
    DecideRenewal,
    RecordPermit,
    RenewRight,
    RequestRenewal,
    UpdatePermit,
)
from exchange.core.permits.content import Permitted, PermitTerms, Substitution
from exchange.core.rules import read_day
from exchange.core.types import Day, LockKind
from tests.support.builders import Market

TODAY = read_day("2026-03-02")
LAST = "2031-03-01"
SO2 = "SO2"


def allowed(tonnes: str | int, kind: str = SO2) -> tuple[Permitted, ...]:
    whole, _, fraction = str(tonnes).partition(".")
    return (Permitted(kind, int(whole + fraction.ljust(4, "0"))),)


def terms(tonnes: str | int = 80, valid_to: str = "", **changes) -> PermitTerms:
    fields = {
        "quantities": allowed(tonnes),
        "valid_from": TODAY,
        "valid_to": read_day(valid_to) if valid_to else Day(0),
        "new_project": False,
        "non_attainment": False,
        "substitution": (),
    }
    return PermitTerms(**fields | changes)


def new_project(tonnes: str | int, *shown: int, **changes) -> PermitTerms:
    """A new project that shows reductions of so many tonnes elsewhere."""
    sources = tuple(Substitution(SO2, each * 10_000, "老厂关停") for each in shown)
    return terms(tonnes, new_project=True, substitution=sources, **changes)


def recorded(of: PermitTerms | None = None, holder: int = 1, number: str = "91150200-1"):
    return RecordPermit(holder, number, of or terms(), "permit")


def updated(of: PermitTerms | None = None, permit_id: int = 1) -> UpdatePermit:
    return UpdatePermit(permit_id, of or terms(), "change of the permit")


def asked(tonnes: str | int = 80, permit_id: int = 1, holder: int = 1) -> RequestRenewal:
    return RequestRenewal(holder, permit_id, allowed(tonnes))


def decided(tonnes: str | int = 80, *, granted: bool = True, valid_to: str = "") -> DecideRenewal:
    last = read_day(valid_to) if valid_to else Day(0)
    return DecideRenewal(1, granted, allowed(tonnes) if granted else (), last, "decision")


def ledger() -> Market:
    """Asset 1, SO2 in kilogrammes, of which 1 holds 100 t to 2031-03-01 (lot 1); 2 holds none."""
    built = Market("emission")
    built.define("SO2-150200", SO2, scale=3, region="150200")
    for participant_id in (1, 2):
        built.admit(participant_id, region="150200")
    built.authorise("1000")
    built.do(IssueUnits(1, 1, 100_000, "2026", "", "", TODAY, read_day(LAST), 0, "plan"))
    return built


def permitted(of: PermitTerms | None = None) -> Market:
    """1 has a permit of 80 t."""
    built = ledger()
    built.agreed(recorded(of))
    return built


def late() -> Market:
    """59 days are left of the permit and of lot 1."""
    built = permitted()
    built.advance("2031-01-01 09:35")
    return built


def waiting() -> Market:
    """A renewal waits for its decision, asked for 61 days before the permit's end."""
    built = permitted()
    built.advance("2030-12-30 09:35")
    built.do(asked())
    return built


def renewed(tonnes: str | int = 60) -> Market:
    """The permit was renewed with less."""
    built = waiting()
    built.agreed(decided(tonnes))
    return built


def without_end() -> Market:
    """1 also holds 10 t without an end (lot 2)."""
    built = permitted()
    built.issue(1, "10")
    return built


def ended() -> Market:
    """Lot 1 has ended."""
    built = permitted()
    built.advance("2031-03-02 09:35")
    return built


def lock(
    m: Market,
    quantity: int = 30_000,
    kind: LockKind = LockKind.OWN_USE,
    lot: int = 1,
    account: int = 0,
) -> LockUnits:
    number = account or m.holding(1).account_id
    return LockUnits(number, lot, quantity, kind, "special purpose", "order")


def renew(m: Market, tonnes: int = 60, lot: int = 1, valid_to: str = "") -> RenewRight:
    last = read_day(valid_to) if valid_to else Day(0)
    return RenewRight(m.holding(1).account_id, lot, tonnes * 1000, last, "renewal")


def locked(kind: LockKind = LockKind.OWN_USE) -> Market:
    """30 t of lot 1 are locked."""
    built = permitted()
    built.agreed(lock(built, kind=kind))
    return built


LIFT = UnlockUnits(1, "purpose is gone", "order")
