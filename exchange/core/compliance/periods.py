"""Opening a compliance period: its days, and the figures of law that bind it from then on.

Invariants: a period is opened once; what is owed in it is in an asset of its own, of the scale of
the units that meet it, and nobody is issued or trades that asset.
Rule: `compliance.vintages` by period, `compliance.offset_kinds`, `compliance.offset_max` by kind.
"""

from exchange.core.assets import open_asset
from exchange.core.commands import DefineAsset
from exchange.core.compliance.commands import OpenPeriod
from exchange.core.compliance.events import PeriodOpened
from exchange.core.compliance.state import Period
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.rules import day_text
from exchange.core.state import DUTY, Asset, State
from exchange.core.types import CASH, Purpose


def refuse_open(state: State, command: OpenPeriod) -> Refusal | None:
    if command.code in state.compliance.periods:
        return state.refuse(RejectReason.PERIOD_EXISTS)
    if _pattern(state, command.kind) is None:
        return state.refuse(RejectReason.ASSET_UNKNOWN, kind=command.kind)
    if duty_code(command.code) in state.asset_codes:
        return state.refuse(RejectReason.ASSET_EXISTS)
    days = (command.first_day, command.last_day, command.report_by, command.surrender_by)
    if list(days) != sorted(days):
        return state.refuse(RejectReason.VALIDITY_BACKWARDS)
    return None


def duty_code(period: str) -> str:
    """Name the asset in which a period's obligations are kept."""
    return f"{DUTY}-{period}"


def _pattern(state: State, kind: str) -> Asset | None:
    """Return the first asset of a kind: what is owed has its unit and scale."""
    for asset in state.assets.values():
        if asset.kind == kind and asset.asset_id != CASH and kind != DUTY:
            return asset
    return None


def open_period(state: State, command: OpenPeriod) -> list[AnyEvent]:
    """Emits: AssetDefined, AccountOpened, PeriodOpened."""
    pattern = _pattern(state, command.kind)
    assert pattern is not None
    code = duty_code(command.code)
    terms = ("履约义务", "Compliance obligation", command.code, "", "")
    duty = DefineAsset(code, DUTY, pattern.unit, pattern.scale, *terms)
    events = open_asset(state, duty, (Purpose.SOURCE, Purpose.ISSUABLE))
    period = Period(
        command.code,
        command.kind,
        state.asset_codes[code],
        command.first_day,
        command.last_day,
        command.report_by,
        command.surrender_by,
        state.rules.names("compliance.vintages", command.code),
        state.rules.names("compliance.offset_kinds", command.kind),
        state.rules.ratio_ppm("compliance.offset_max", command.kind),
    )
    state.compliance.periods[period.code] = period
    opened = PeriodOpened(
        period.code,
        period.kind,
        period.asset_id,
        period.first_day,
        period.last_day,
        period.report_by,
        period.surrender_by,
        period.vintages,
        period.offset_kinds,
        period.offset_ppm,
        command.document,
    )
    return [*events, opened]


def describe(_state: State, command: OpenPeriod) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which period of which kind, and until when units are surrendered."""
    return command.code, (
        ("kind", command.kind),
        ("report_by", day_text(command.report_by)),
        ("surrender_by", day_text(command.surrender_by)),
    )
