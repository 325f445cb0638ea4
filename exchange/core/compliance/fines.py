"""Fines for what is short: by the rules in force on the day after the deadline.

Invariant: an entity is fined at most once for a period, and never nothing.
Rule: `compliance.fine_multiple_min` and `compliance.fine_multiple_max` where the fine is a multiple
of what is short at the average price of the month before the deadline; `compliance.fine_min` and
`compliance.fine_max` where it is an amount in yuan.
"""

from exchange.core.compliance import duty
from exchange.core.compliance.commands import ImposeFine
from exchange.core.compliance.events import FineImposed
from exchange.core.compliance.state import Obligation
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.rules import Rule, RuleRef
from exchange.core.state import State
from exchange.core.types import CASH_SCALE, Day
from exchange.core.units import NUMBER_MAX, format_decimal, half_up, parse_decimal

Limits = tuple[Rule, Rule]


def refuse_impose(state: State, command: ImposeFine) -> Refusal | None:
    obligation = state.compliance.obligations.get(command.obligation_id)
    if obligation is None:
        return state.refuse(RejectReason.OBLIGATION_UNKNOWN)
    if not duty.period_of(state, obligation).determined:
        return state.refuse(RejectReason.PERIOD_NOT_DETERMINED)
    if obligation.fined:
        return state.refuse(RejectReason.FINE_EXISTS)
    if not obligation.shortfall:
        return state.refuse(RejectReason.SHORTFALL_NONE)
    multiple, amount = _limits(state, obligation)
    if multiple is None and amount is None:
        return state.refuse(RejectReason.RULE_MISSING, rule="compliance.fine_max")
    return _refuse_figures(state, command, multiple, amount)


def _limits(state: State, obligation: Obligation) -> tuple[Limits | None, Limits | None]:
    """Return the least and the most of a multiple, and of an amount, whichever there is."""
    period = duty.period_of(state, obligation)
    day = Day(period.surrender_by + 1)

    def pair(name: str) -> Limits | None:
        least = state.rules.find_on(f"compliance.{name}_min", day)
        most = state.rules.find_on(f"compliance.{name}_max", day)
        return None if least is None or most is None else (least, most)

    return pair("fine_multiple"), pair("fine")


def _refuse_figures(
    state: State, command: ImposeFine, multiple: Limits | None, amount: Limits | None
) -> Refusal | None:
    """Check the figures that the rules ask for, and that no other is given."""
    if multiple is not None:
        least, most = (int(rule.value[0]) for rule in multiple)
        obligation = state.compliance.obligations[command.obligation_id]
        fine = amount_of(state, obligation, command)
        inside = least <= command.multiple <= most and command.price_fen > 0
        if not inside or command.amount_fen or not fine:
            return _outside(multiple, str(least), str(most), str(command.multiple))
        return state.refuse(RejectReason.NUMBER_TOO_LARGE) if fine > NUMBER_MAX else None
    assert amount is not None
    least, most = (parse_decimal(rule.value[0], CASH_SCALE) for rule in amount)
    inside = least <= command.amount_fen <= most
    if not inside or command.multiple or command.price_fen:
        asked = format_decimal(command.amount_fen, CASH_SCALE)
        texts = [format_decimal(each, CASH_SCALE) for each in (least, most)]
        return _outside(amount, texts[0], texts[1], asked)
    return None


def _outside(limits: Limits, least: str, most: str, asked: str) -> Refusal:
    """Refuse a figure, citing the rule of the period rather than today's."""
    rule = RuleRef(limits[1].rule_id, limits[1].version)
    figures = (("minimum", least), ("maximum", most), ("requested", asked))
    return Refusal(RejectReason.FINE_OUT_OF_RANGE, rule, figures)


def amount_of(state: State, obligation: Obligation, command: ImposeFine) -> int:
    """Return the fine in fen: the multiple of what is short, or the amount as it is.

    Rounding: half up to a fen.
    """
    if not command.multiple:
        return command.amount_fen
    scale = state.assets[duty.period_of(state, obligation).asset_id].scale
    whole = obligation.shortfall * command.price_fen * command.multiple
    return half_up(whole, 10**scale)


def impose(state: State, command: ImposeFine) -> list[AnyEvent]:
    """Emits: FineImposed."""
    obligation = state.compliance.obligations[command.obligation_id]
    obligation.fined = True
    multiple, amount = _limits(state, obligation)
    limits = multiple or amount
    assert limits is not None
    return [
        FineImposed(
            obligation.obligation_id,
            obligation.shortfall,
            command.multiple,
            command.price_fen,
            amount_of(state, obligation, command),
            RuleRef(limits[1].rule_id, limits[1].version),
            command.document,
        )
    ]


def describe(state: State, command: ImposeFine) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say who is fined, what is short, and the amount in yuan."""
    obligation = state.compliance.obligations[command.obligation_id]
    scale = state.assets[duty.period_of(state, obligation).asset_id].scale
    fine = amount_of(state, obligation, command)
    return obligation.entity, (
        ("period", obligation.period),
        ("shortfall", format_decimal(obligation.shortfall, scale)),
        ("multiple", str(command.multiple)),
        ("amount", format_decimal(fine, CASH_SCALE)),
    )
