"""The passing of time: trading days, sessions, the day's close, expiry of orders.

Time moves only by `AdvanceTime`, so replay repeats it. The sequencer submits one before any command
that is stamped at or after `State.next_due_ns`.
Rule: closing price = the volume-weighted average of the day's continuous trades, none = the
previous close (`trading.close_price`).
"""

from exchange.core.calendar import Boundary, TradingCalendar, local_day
from exchange.core.commands import AdvanceTime
from exchange.core.daily import DAILY
from exchange.core.events import AnyEvent, InstrumentDayClosed, SessionChanged, TimeAdvanced
from exchange.core.instruments import refresh
from exchange.core.order_exit import release
from exchange.core.outcomes import Refusal
from exchange.core.state import Instrument, State
from exchange.core.types import OrderId, SessionState
from exchange.core.units import half_up
from matching import Cancelled


def refuse_advance(state: State, command: AdvanceTime) -> Refusal | None:
    assert command.to_ns >= state.now_ns, "the sequencer's clock went back"
    return None


def advance(state: State, command: AdvanceTime) -> list[AnyEvent]:
    """Fire each boundary up to the given time, in order.

    Emits: SessionChanged, OrderCancelled, InstrumentDayClosed, BandSet, what the daily duties do,
    and TimeAdvanced at the end.
    """
    events: list[AnyEvent] = []
    if state.now_ns == 0:
        _start(state, command.to_ns)
        events.extend(_set_session(state, command.to_ns, first=True))
    while state.next_due_ns <= command.to_ns:
        at_ns = state.next_due_ns
        _, kind = state.calendar.next_boundary(at_ns - 1)
        events.extend(_fire(state, at_ns, kind))
        state.now_ns = at_ns
        state.next_due_ns = state.calendar.next_boundary(at_ns)[0]
    state.now_ns = command.to_ns
    events.append(TimeAdvanced(command.to_ns, state.today))
    return events


def apply_rules(state: State) -> list[AnyEvent]:
    """Take a changed rulebook into the calendar, the session and the instruments."""
    state.calendar = TradingCalendar(state.rules)
    state.next_due_ns = state.calendar.next_boundary(state.now_ns)[0]
    for participant in state.participants.values():
        participant.eligibility.clear()
    events = _set_session(state, state.now_ns)
    for instrument in state.instruments.values():
        events.extend(refresh(state, instrument))
    return events


def _start(state: State, at_ns: int) -> None:
    state.now_ns = at_ns
    state.today = local_day(at_ns)
    state.rules.set_today(state.today)
    state.calendar = TradingCalendar(state.rules)
    state.next_due_ns = state.calendar.next_boundary(at_ns)[0]


def _fire(state: State, at_ns: int, kind: Boundary) -> list[AnyEvent]:
    if kind is Boundary.MIDNIGHT:
        return _start_day(state, at_ns)
    events = _set_session(state, at_ns)
    if kind is Boundary.CLOSE and state.calendar.closes_day(at_ns):
        for instrument in state.instruments.values():
            events.extend(_close_day(state, instrument))
    return events


def _start_day(state: State, at_ns: int) -> list[AnyEvent]:
    state.today = local_day(at_ns)
    state.rules.set_today(state.today)
    state.calendar = TradingCalendar(state.rules)
    state.accounts.start_day(state.today)
    for participant in state.participants.values():
        participant.eligibility.clear()
    events = [event for duty in DAILY for event in duty(state)]
    if not state.calendar.trades_on(state.today):
        return events
    for instrument in state.instruments.values():
        events.extend(refresh(state, instrument))
    return events


def _set_session(state: State, at_ns: int, *, first: bool = False) -> list[AnyEvent]:
    opened = state.calendar.open_at(at_ns)
    session = SessionState.OPEN if opened else SessionState.CLOSED
    if session is state.session and not first:
        return []
    state.session = session
    return [SessionChanged(session, at_ns, state.calendar.next_session_change(at_ns))]


def _close_day(state: State, instrument: Instrument) -> list[AnyEvent]:
    """Expire what ends today and settle the day's price."""
    events: list[AnyEvent] = []
    for ended in instrument.book.expire(state.today):
        assert isinstance(ended, Cancelled)
        order = state.orders[OrderId(ended.order_id)]
        events.append(release(state, order, ended.reason))
    close = instrument.reference_price
    if instrument.day_quantity:
        tick = instrument.limits.tick
        close = half_up(instrument.day_turnover, instrument.day_quantity * tick) * tick
    events.append(
        InstrumentDayClosed(
            instrument.instrument_id,
            state.today,
            close,
            instrument.day_quantity,
            instrument.day_fen,
        )
    )
    instrument.reference_price = close
    instrument.day_quantity = instrument.day_turnover = instrument.day_fen = 0
    return events
