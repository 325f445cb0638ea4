"""Listing of instruments, their figures from the rulebook, price bands, halts.

Rule: `trading.price_tick`, `trading.quantity_step`, `trading.quantity_min`, `trading.quantity_max`,
`trading.band`, `fees.*`, `settlement.sell_back_days`; the band is reference price x (1 -+ ratio),
half up to the tick.
"""

from exchange.core.commands import HaltInstrument, ListInstrument, ResumeInstrument
from exchange.core.events import (
    AnyEvent,
    BandSet,
    InstrumentHalted,
    InstrumentListed,
    InstrumentResumed,
)
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import Asset, Instrument, State
from exchange.core.types import CASH, CASH_SCALE, InstrumentId
from exchange.core.units import PPM, ceiling, decimals, half_up, parse_decimal
from matching import BookLimits

PRICE_MAX = 10**15
NEEDED = (
    "trading.price_tick",
    "trading.quantity_step",
    "trading.quantity_min",
    "trading.quantity_max",
)


def refuse_list(state: State, command: ListInstrument) -> Refusal | None:
    asset = state.assets.get(command.asset_id)
    if asset is None or asset.asset_id == CASH:
        return state.refuse(RejectReason.ASSET_UNKNOWN)
    missing = [name for name in NEEDED if state.rules.find(name, asset.kind) is None]
    if missing:
        return state.refuse(RejectReason.RULE_MISSING, rule=missing[0])
    if command.code in state.instrument_codes:
        return state.refuse(RejectReason.INSTRUMENT_EXISTS)
    if _limits(state, asset) is None:
        return state.refuse(RejectReason.RULE_INVALID, fault="figures off the asset's scale")
    if command.reference_price < 0:
        return state.refuse(RejectReason.PRICE_NOT_POSITIVE)
    if command.reference_price > PRICE_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    tick, _ = _tick(state, asset)
    if command.reference_price % tick:
        return state.refuse(RejectReason.PRICE_OFF_TICK, asset.kind)
    return None


def list_instrument(state: State, command: ListInstrument) -> list[AnyEvent]:
    """Emits: InstrumentListed, BandSet."""
    asset = state.assets[command.asset_id]
    limits = _limits(state, asset)
    assert limits is not None
    _, price_scale = _tick(state, asset)
    divisor = 10 ** (price_scale + asset.scale - CASH_SCALE)
    smallest = ceiling(divisor, limits.step)
    instrument = Instrument(
        InstrumentId(len(state.instruments) + 1),
        asset,
        limits,
        code=command.code,
        price_scale=price_scale,
        price_min=ceiling(smallest, limits.tick) * limits.tick,
        reference_price=command.reference_price,
        region=command.region,
        basin=command.basin,
        sector=command.sector,
    )
    state.instruments[instrument.instrument_id] = instrument
    state.instrument_codes[command.code] = instrument.instrument_id
    listed = InstrumentListed(
        instrument.instrument_id,
        command.code,
        asset.asset_id,
        command.title_zh,
        command.title_en,
        price_scale,
        limits.tick,
        instrument.price_min,
        limits.step,
        limits.quantity_min,
        limits.quantity_max,
        command.reference_price,
        command.region,
        command.basin,
        command.sector,
        state.rules.rule_set,
    )
    return [listed, *refresh(state, instrument)]


def _tick(state: State, asset: Asset) -> tuple[int, int]:
    """Return the tick in the price's smallest unit, and that unit's decimals."""
    rule = state.rules.find("trading.price_tick", asset.kind)
    assert rule is not None
    scale = max(CASH_SCALE, decimals(rule.value[0]))
    return parse_decimal(rule.value[0], scale), scale


def _limits(state: State, asset: Asset) -> BookLimits | None:
    """Return what the rulebook allows, or None when its figures contradict each other."""
    figures = []
    for name in NEEDED[1:]:
        rule = state.rules.find(name, asset.kind)
        assert rule is not None
        try:
            figures.append(parse_decimal(rule.value[0], asset.scale))
        except ValueError:
            return None
    step, least, most = figures
    tick = _tick(state, asset)[0]
    if tick > PRICE_MAX or step > most:
        return None
    try:
        return BookLimits(tick, step, least, most)
    except ValueError:
        return None


def refresh(state: State, instrument: Instrument) -> list[AnyEvent]:
    """Take fees, sell-back days and the day's band from the rules in force. Emits: BandSet."""
    kind = instrument.asset.kind
    rules = state.rules
    instrument.buyer_fee_ppm = rules.ratio_ppm("fees.buyer", kind)
    instrument.seller_fee_ppm = rules.ratio_ppm("fees.seller", kind)
    instrument.sell_back_days = rules.integer("settlement.sell_back_days", 0, kind)
    band = _band(state, instrument)
    if band == instrument.band:
        return []
    instrument.band = band
    instrument.book.set_band(band.low, band.high)
    return [band]


def _band(state: State, instrument: Instrument) -> BandSet:
    reference = instrument.reference_price
    ratio = state.rules.ratio_ppm("trading.band", instrument.asset.kind)
    low = high = 0
    if reference and ratio:
        tick = instrument.limits.tick
        low = max(tick, half_up(reference * (PPM - ratio), PPM * tick) * tick)
        high = half_up(reference * (PPM + ratio), PPM * tick) * tick
    return BandSet(instrument.instrument_id, state.today, reference, low, high)


def refuse_halt(state: State, command: HaltInstrument) -> Refusal | None:
    instrument = state.instruments.get(command.instrument_id)
    if instrument is None:
        return state.refuse(RejectReason.INSTRUMENT_UNKNOWN)
    return state.refuse(RejectReason.INSTRUMENT_HALTED) if instrument.halted else None


def halt(state: State, command: HaltInstrument) -> list[AnyEvent]:
    """Emits: InstrumentHalted. Orders stay in the book and can be cancelled."""
    state.instruments[command.instrument_id].halted = True
    return [InstrumentHalted(command.instrument_id, command.document)]


def refuse_resume(state: State, command: ResumeInstrument) -> Refusal | None:
    instrument = state.instruments.get(command.instrument_id)
    if instrument is None:
        return state.refuse(RejectReason.INSTRUMENT_UNKNOWN)
    return None if instrument.halted else state.refuse(RejectReason.INSTRUMENT_NOT_HALTED)


def resume(state: State, command: ResumeInstrument) -> list[AnyEvent]:
    """Emits: InstrumentResumed."""
    state.instruments[command.instrument_id].halted = False
    return [InstrumentResumed(command.instrument_id, command.document)]
