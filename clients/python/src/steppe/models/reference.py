"""Answers about the venue itself: time, problems, rules, calendars, regions, ledgers, health."""

from datetime import date
from decimal import Decimal

import msgspec

from steppe.models.answer import Instant, Model, Receipt


class RuleRef(Model, frozen=True, kw_only=True):
    """The rule and the version that decided something."""

    id: str
    version: int


class FieldProblem(Model, frozen=True, kw_only=True):
    """What is wrong with one field; `pointer` is a JSON pointer into the request."""

    pointer: str
    code: str | None = None
    detail: str | None = None


class Problem(Model, frozen=True, kw_only=True):
    """Why a request failed. `code` is stable; `figures` are the numbers that were compared."""

    code: str
    status: int = 0
    title: str | None = None
    detail: str | None = None
    type: str | None = None
    rule: RuleRef | None = None
    figures: dict[str, str] = msgspec.field(default_factory=dict)
    errors: tuple[FieldProblem, ...] = ()
    request_id: str | None = None
    retryable: bool = False


class ProblemType(Model, frozen=True, kw_only=True):
    """An entry of the catalogue of problems."""

    code: str
    status: int
    title_zh: str | None = None
    title_en: str | None = None
    retryable: bool = False
    rule: str | None = None


class LedgerTime(Model, frozen=True, kw_only=True):
    """Whether a ledger trades now, and when that changes next."""

    ledger: str
    session: str
    next_change: Instant | None = None


class VenueTime(Model, frozen=True, kw_only=True):
    """The real time, the venue's time (virtual in the sandbox) and the local day there."""

    time: Instant
    venue_time: Instant
    local_date: date
    ledgers: tuple[LedgerTime, ...] = ()


class Rule(Model, frozen=True, kw_only=True):
    """One version of one figure of law: what it says, when it holds, where it is written.

    `kind` tells how to read `value`: integer, decimal, ratio, flag, names, hours, dates or text.
    `valid_to` None means until replaced. `evidence` says how sure the figure is.
    """

    id: str
    version: int
    kind: str
    value: tuple[str, ...]
    unit: str
    valid_from: date
    valid_to: date | None = None
    title_zh: str
    title_en: str
    source: str
    evidence: str


class EffectiveRule(Rule, frozen=True, kw_only=True):
    """A rule as it stands in a ledger's rulebook, and the activation that put it there."""

    ledger: str | None = None
    rule_set: int | None = None


class RulesReceipt(Receipt, frozen=True, kw_only=True):
    """That rules are in force, as which rule set."""

    rule_set: int | None = None


class CalendarDay(Model, frozen=True, kw_only=True):
    """A local day: whether the ledger trades on it and whether offices work on it."""

    date: date
    trading: bool
    working: bool | None = None
    ledger: str | None = None
    title_zh: str | None = None
    title_en: str | None = None


class Region(Model, frozen=True, kw_only=True):
    """An administrative region (GB/T 2260) and the basins it lies in."""

    code: str
    name_zh: str
    name_en: str | None = None
    kind: str | None = None
    parent: str | None = None
    basins: tuple[str, ...] = ()


class Ledger(Model, frozen=True, kw_only=True):
    """A ledger: one kind of right, with its own journal and rules."""

    ledger: str
    title_zh: str | None = None
    title_en: str | None = None
    right_zh: str | None = None
    right_en: str | None = None
    price_scale: int | None = None
    notice_zh: str | None = None
    notice_en: str | None = None


class Health(Model, frozen=True, kw_only=True):
    """The state of a server and of what it depends on."""

    status: str
    checks: dict[str, object] = msgspec.field(default_factory=dict)


class Clock(Model, frozen=True, kw_only=True):
    """The sandbox's virtual clock."""

    time: Instant
    rate: Decimal | None = None
