"""The state as canonical bytes and back.

Caches (eligibility, the rules in force today, the calendar) are left out and built again; what is
stored is ordered by number or by order of entry, so equal states give equal bytes.

An open order's terms are in its instrument's book and stand there alone: here follows only what the
ledger adds. So whoever keeps these bytes checks the invariants first, which say that book and
ledger agree (`exchange.core.invariants`).
"""

import hashlib

import msgspec

from exchange.core import institutions
from exchange.core.accounts import Account
from exchange.core.calendar import TradingCalendar
from exchange.core.event import Parcel
from exchange.core.events import BandSet
from exchange.core.institutions import InstitutionsRecord
from exchange.core.instruments import refresh
from exchange.core.rules import Rule
from exchange.core.state import (
    Asset,
    FrozenUnits,
    Instrument,
    Lot,
    OpenOrder,
    Participant,
    Pending,
    PendingTransfer,
    State,
    new_state,
)
from exchange.core.types import (
    AccountId,
    AccountType,
    AssetId,
    ChainId,
    Day,
    FreezeId,
    InstrumentId,
    LotId,
    OrderId,
    ParticipantId,
    Purpose,
    SessionState,
    TransferCode,
    TransferId,
)
from matching import BookLimits, OrderBook, Side

SELL = Side.SELL
FORMAT = 4
"""To be raised whenever these bytes or those of a book change: other formats are not read."""


class AccountRecord(msgspec.Struct, array_like=True):
    participant_id: ParticipantId
    asset_id: AssetId
    purpose: Purpose
    place: str
    posted: int
    held: int
    parcels: list[tuple[int, int]]


class ParticipantRecord(msgspec.Struct, array_like=True):
    participant_id: ParticipantId
    account_type: AccountType
    region: str
    basin: str
    sector: str
    group_id: int
    frozen: bool


class InstrumentRecord(msgspec.Struct, array_like=True):
    code: str
    asset_id: AssetId
    limits: tuple[int, int, int, int]
    price_scale: int
    price_min: int
    reference_price: int
    region: str
    basin: str
    sector: str
    halted: bool
    band: BandSet | None
    day_quantity: int
    day_turnover: str
    day_fen: int
    book: bytes


class OrderColumns(msgspec.Struct, array_like=True):
    """What the ledger knows of open orders beyond the book, in order of entry."""

    order_ids: list[OrderId]
    instrument_ids: list[InstrumentId]
    holds_per_step: list[int]
    fees_ppm: list[int]


class LegRecord(msgspec.Struct, array_like=True):
    transfer_id: TransferId
    debit: AccountId
    credit: AccountId
    quantity: int
    parcels: tuple[Parcel, ...]
    code: TransferCode
    reference: str


class Header(msgspec.Struct, array_like=True):
    """What the bytes of every format begin with."""

    format: int


class Snapshot(msgspec.Struct, array_like=True):
    format: int
    ledger: str
    clock: tuple[int, int, int, int, int]  # seq, now_ns, today, next_due_ns, session
    counters: tuple[int, int, int, int, int]  # order, trade, transfer, lot, freeze
    rules: list[Rule]
    rule_set: int
    assets: list[Asset]
    lots: list[tuple[LotId, Lot]]
    accounts: list[AccountRecord]
    participants: list[ParticipantRecord]
    instruments: list[InstrumentRecord]
    orders: OrderColumns
    pending: list[tuple[ChainId, ParticipantId, list[LegRecord]]]
    freezes: list[tuple[FreezeId, AccountId, int, tuple[Parcel, ...]]]
    institutions: InstitutionsRecord


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def encode(state: State) -> bytes:
    """Return the canonical bytes of a state."""
    return msgspec.msgpack.encode(
        Snapshot(
            FORMAT,
            state.ledger,
            (state.seq, state.now_ns, state.today, state.next_due_ns, state.session),
            (
                state.last_order,
                state.last_trade,
                state.last_transfer,
                state.last_lot,
                state.last_freeze,
            ),
            state.rules.versions(),
            state.rules.rule_set,
            list(state.assets.values()),
            list(state.lots.items()),
            [_account(account) for account in state.accounts.all.values()],
            [_participant(participant) for participant in state.participants.values()],
            [_instrument(instrument) for instrument in state.instruments.values()],
            _orders(list(state.orders.values())),
            [
                (chain_id, pending.participant_id, [_leg(leg) for leg in pending.legs])
                for chain_id, pending in state.pending.items()
            ],
            [
                (frozen.freeze_id, frozen.account.account_id, frozen.quantity, frozen.parcels)
                for frozen in state.freezes.values()
            ],
            institutions.encode(state),
        )
    )


def format_of(data: bytes) -> int:
    """Tell a snapshot's format. Raises: ValueError when the bytes are none."""
    return msgspec.msgpack.decode(data, type=Header).format


def decode(data: bytes) -> State:
    """Rebuild a state. Raises: ValueError when the bytes are no snapshot of this format."""
    found = format_of(data)
    if found != FORMAT:
        raise ValueError(f"snapshot format {found} is not {FORMAT}")
    record = msgspec.msgpack.decode(data, type=Snapshot)
    state = new_state(record.ledger)
    state.seq, state.now_ns, today, state.next_due_ns, session = record.clock
    state.today, state.session = Day(today), SessionState(session)
    (
        state.last_order,
        state.last_trade,
        state.last_transfer,
        state.last_lot,
        state.last_freeze,
    ) = record.counters
    state.rules.set_today(state.today)
    state.rules.activate(tuple(record.rules))
    state.rules.rule_set = record.rule_set
    state.calendar = TradingCalendar(state.rules)
    state.assets = {asset.asset_id: asset for asset in record.assets}
    state.asset_codes = {asset.code: asset.asset_id for asset in record.assets}
    state.lots = dict(record.lots)
    _restore_parties(state, record)
    _restore_markets(state, record)
    _restore_reservations(state, record)
    institutions.restore(state, record.institutions)
    return state


def _restore_parties(state: State, record: Snapshot) -> None:
    for stored in record.accounts:
        account = Account(
            AccountId(len(state.accounts.all) + 1),
            stored.participant_id,
            stored.asset_id,
            stored.purpose,
            stored.place,
        )
        account.posted, account.held = stored.posted, stored.held
        account.parcels = [[key, quantity] for key, quantity in stored.parcels]
        account.unlock(state.today)
        state.accounts.put(account)
    for facts in record.participants:
        cash = state.accounts.find(facts.participant_id, AssetId(0), Purpose.CASH)
        assert cash is not None
        participant = Participant(facts.participant_id, cash)
        participant.account_type = facts.account_type
        participant.region, participant.basin = facts.region, facts.basin
        participant.sector, participant.group_id = facts.sector, facts.group_id
        participant.frozen = facts.frozen
        state.participants[facts.participant_id] = participant
    for account in state.accounts.all.values():
        if account.purpose is Purpose.HOLDING:
            state.participants[account.participant_id].holdings[account.asset_id] = account


def _restore_markets(state: State, record: Snapshot) -> None:
    for stored in record.instruments:
        instrument = Instrument(
            InstrumentId(len(state.instruments) + 1),
            state.assets[stored.asset_id],
            BookLimits(*stored.limits),
            code=stored.code,
            price_scale=stored.price_scale,
            price_min=stored.price_min,
            reference_price=stored.reference_price,
            region=stored.region,
            basin=stored.basin,
            sector=stored.sector,
        )
        instrument.halted = stored.halted
        refresh(state, instrument)
        instrument.band = stored.band
        instrument.day_quantity, instrument.day_fen = stored.day_quantity, stored.day_fen
        instrument.day_turnover = int(stored.day_turnover)
        instrument.book = OrderBook.restore(stored.book)
        state.instruments[instrument.instrument_id] = instrument
        state.instrument_codes[instrument.code] = instrument.instrument_id
    _restore_orders(state, record.orders)


def _restore_orders(state: State, stored: OrderColumns) -> None:
    """Give each order of the books what the ledger adds to it."""
    if sum(len(found.book) for found in state.instruments.values()) != len(stored.order_ids):
        raise ValueError("snapshot holds other orders in its books than in its ledger")
    places = {
        key: (found, found.book.find, found.asset.asset_id)
        for key, found in state.instruments.items()
    }
    participants, orders = state.participants, state.orders
    known: dict[int, int] = {}
    columns = zip(
        stored.order_ids,
        stored.instrument_ids,
        map(known.setdefault, stored.holds_per_step, stored.holds_per_step),
        map(known.setdefault, stored.fees_ppm, stored.fees_ppm),
        strict=True,
    )
    for found_id, instrument_id, hold_per_step, fee_ppm in columns:
        instrument, find, asset_id = places[instrument_id]
        resting = find(found_id)
        if resting is None:
            raise ValueError(f"snapshot holds an open order that does not rest: {found_id}")
        terms = resting.terms
        participant = participants[ParticipantId(terms.owner)]
        account, receiver = participant.cash, participant.holdings[asset_id]
        if terms.side is SELL:
            account, receiver = receiver, account
        order_id = OrderId(terms.order_id)
        order = OpenOrder(
            order_id,
            participant,
            instrument,
            terms.side,
            resting.price,
            resting.quantity,
            hold_per_step,
            fee_ppm,
            account,
            receiver,
        )
        order.leaves = resting.leaves
        orders[order_id] = participant.open_orders[order_id] = order
    if len(orders) != len(stored.order_ids):
        raise ValueError("snapshot holds an open order twice")


def _restore_reservations(state: State, record: Snapshot) -> None:
    accounts = state.accounts.all
    for chain_id, participant_id, legs in record.pending:
        state.pending[chain_id] = Pending(
            participant_id,
            tuple(
                PendingTransfer(
                    leg.transfer_id,
                    accounts[leg.debit],
                    accounts[leg.credit],
                    leg.quantity,
                    leg.parcels,
                    leg.code,
                    leg.reference,
                )
                for leg in legs
            ),
        )
    for freeze_id, account_id, quantity, parcels in record.freezes:
        state.freezes[freeze_id] = FrozenUnits(freeze_id, accounts[account_id], quantity, parcels)


def _account(account: Account) -> AccountRecord:
    return AccountRecord(
        account.participant_id,
        account.asset_id,
        account.purpose,
        account.place,
        account.posted,
        account.held,
        [(key, quantity) for key, quantity in account.parcels],
    )


def _participant(participant: Participant) -> ParticipantRecord:
    return ParticipantRecord(
        participant.participant_id,
        participant.account_type,
        participant.region,
        participant.basin,
        participant.sector,
        participant.group_id,
        participant.frozen,
    )


def _instrument(instrument: Instrument) -> InstrumentRecord:
    limits = instrument.limits
    return InstrumentRecord(
        instrument.code,
        instrument.asset.asset_id,
        (limits.tick, limits.step, limits.quantity_min, limits.quantity_max),
        instrument.price_scale,
        instrument.price_min,
        instrument.reference_price,
        instrument.region,
        instrument.basin,
        instrument.sector,
        instrument.halted,
        instrument.band,
        instrument.day_quantity,
        str(instrument.day_turnover),
        instrument.day_fen,
        instrument.book.snapshot(),
    )


def _orders(orders: list[OpenOrder]) -> OrderColumns:
    return OrderColumns(
        [order.order_id for order in orders],
        [order.instrument.instrument_id for order in orders],
        [order.hold_per_step for order in orders],
        [order.fee_ppm for order in orders],
    )


def _leg(leg: PendingTransfer) -> LegRecord:
    return LegRecord(
        leg.transfer_id,
        leg.debit.account_id,
        leg.credit.account_id,
        leg.quantity,
        leg.parcels,
        leg.code,
        leg.reference,
    )
