"""Targets of places (目标指标) and their lights; a binding one in red lets no more units in.

Invariants: a place's newest period decides; nobody of a place in red bids for units of the kind
concerned, and none come in by transfer, issue or new budgets. Trades within the place go on.
Rule: `indicators.red_blocks`, `indicators.yellow_from`.
"""

from exchange.core import order_exit
from exchange.core.budgets.commands import SetIndicator
from exchange.core.budgets.events import IndicatorSet
from exchange.core.budgets.state import Indicator, Light, Target
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import Asset, Participant, State
from exchange.core.totals import places
from exchange.core.units import NUMBER_MAX, PPM, format_decimal
from matching import CancelReason, Side

TARGETS = tuple(Target)


def status(state: State, target: int, value: int) -> Light:
    """Compare a value with the most there may be."""
    if value > target:
        return Light.RED
    ppm = state.rules.ratio_ppm("indicators.yellow_from")
    return Light.YELLOW if ppm and value * PPM >= target * ppm else Light.GREEN


def refuse_set(state: State, command: SetIndicator) -> Refusal | None:
    if all(asset.kind != command.kind for asset in state.assets.values()):
        return state.refuse(RejectReason.ASSET_UNKNOWN, asset_kind=command.kind)
    if not places.is_place(command.place):
        return state.refuse(RejectReason.PLACE_UNKNOWN, place=command.place)
    if command.name not in TARGETS:
        return state.refuse(RejectReason.INDICATOR_UNKNOWN, indicator=command.name)
    known = state.budgets.indicators.get((command.kind, command.place, command.name))
    if known is not None and command.period < known.period:
        return state.refuse(RejectReason.INDICATOR_PERIOD_PAST, newest=known.period)
    if command.target <= 0 or command.value < 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if max(command.target, command.value) > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    return None


def set_indicator(state: State, command: SetIndicator) -> list[AnyEvent]:
    """Emits: IndicatorSet, and OrderCancelled for each bid that a place in red may not have."""
    light = status(state, command.target, command.value)
    key = (command.kind, command.place, command.name)
    state.budgets.report(Indicator(*key, command.period, command.binding, light))
    told = IndicatorSet(
        *key,
        command.period,
        command.binding,
        command.target,
        command.value,
        command.scale,
        command.unit,
        light,
        command.data_source,
        command.document,
    )
    return [told, *withdraw_bids(state)]


def withdraw_bids(state: State) -> list[AnyEvent]:
    """Take off what those of places in red bid. Cost: by open orders, once a place is in red.

    Emits: OrderCancelled for each.
    """
    if not state.budgets.reds:
        return []
    bids = [
        order
        for order in state.orders.values()
        if order.side is Side.BUY and _barred(state, order.participant, order.instrument.asset)
    ]
    return [order_exit.withdraw(state, order, CancelReason.WITHDRAWN) for order in bids]


def _barred(state: State, participant: Participant, asset: Asset) -> bool:
    return blocking(state, asset, participant.region, market(state, asset)) is not None


def market(state: State, asset: Asset) -> str:
    """Return where the units of any trade come from: the place of the whole total."""
    known = state.totals.places.get(asset.asset_id)
    return places.root(state, asset.asset_id) if known else ""


def blocking(state: State, asset: Asset, place: str, origin: str | None) -> Indicator | None:
    """Return the target in red that lets no more units of a kind into a place, if there is one.

    `origin` is where the units come from, None for new ones: a place that has them already gains
    nothing.
    """
    reds = state.budgets.reds.get(asset.kind)
    if not reds or not state.rules.flag("indicators.red_blocks", asset.kind):
        return None
    inside = () if origin is None else tuple(places.chain(origin))
    concerned = [each for each in places.chain(place) if each not in inside]
    return next((each for each in reds if each.place in concerned), None)


def figures(indicator: Indicator) -> dict[str, str]:
    return {
        "place": indicator.place,
        "indicator": indicator.name,
        "period": indicator.period,
    }


def refuse_more(
    state: State, asset: Asset, place: str, origin: str | None = None
) -> Refusal | None:
    """Refuse units that would come into a place in red."""
    found = blocking(state, asset, place, origin)
    if found is None:
        return None
    return state.refuse(RejectReason.TARGET_IN_RED, asset.kind, **figures(found))


def describe(_state: State, command: SetIndicator) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which target of which place, and how it stands."""
    return command.kind, (
        ("place", command.place),
        ("indicator", command.name),
        ("period", command.period),
        ("binding", "true" if command.binding else "false"),
        ("target", format_decimal(command.target, command.scale)),
        ("value", format_decimal(command.value, command.scale)),
        ("unit", command.unit),
    )
