"""The state as canonical bytes and back.

Caches (eligibility, the rules in force today, the calendar) are left out and built again; what is
stored is ordered by number or by order of entry, so equal states give equal bytes.
"""

import hashlib

import msgspec

from exchange.core.accounts import Account
from exchange.core.calendar import TradingCalendar
from exchange.core.events import BandSet, Parcel
from exchange.core.instruments import refresh
from exchange.core.rules import Rule
from exchange.core.state import (
    Asset,
    FrozenUnits,
    Instrument,
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

FORMAT = 1


class AccountRecord(msgspec.Struct, array_like=True):
    participant_id: ParticipantId
    asset_id: AssetId
    purpose: Purpose
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


class OrderRecord(msgspec.Struct, array_like=True):
    order_id: OrderId
    participant_id: ParticipantId
    instrument_id: InstrumentId
    side: Side
    price: int
    quantity: int
    leaves: int
    hold_per_step: int
    fee_ppm: int


class LegRecord(msgspec.Struct, array_like=True):
    transfer_id: TransferId
    debit: AccountId
    credit: AccountId
    quantity: int
    parcels: tuple[Parcel, ...]
    code: TransferCode
    reference: str


class Snapshot(msgspec.Struct, array_like=True):
    format: int
    ledger: str
    clock: tuple[int, int, int, int, int]  # seq, now_ns, today, next_due_ns, session
    counters: tuple[int, int, int, int, int]  # order, trade, transfer, lot, freeze
    rules: list[Rule]
    rule_set: int
    assets: list[Asset]
    lots: list[tuple[LotId, AssetId]]
    accounts: list[AccountRecord]
    participants: list[ParticipantRecord]
    instruments: list[InstrumentRecord]
    orders: list[OrderRecord]
    pending: list[tuple[ChainId, ParticipantId, list[LegRecord]]]
    freezes: list[tuple[FreezeId, AccountId, int, tuple[Parcel, ...]]]


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
            [_order(order) for order in state.orders.values()],
            [
                (chain_id, pending.participant_id, [_leg(leg) for leg in pending.legs])
                for chain_id, pending in state.pending.items()
            ],
            [
                (frozen.freeze_id, frozen.account.account_id, frozen.quantity, frozen.parcels)
                for frozen in state.freezes.values()
            ],
        )
    )


def decode(data: bytes) -> State:
    """Rebuild a state. Raises: ValueError when the bytes are no snapshot of this format."""
    record = msgspec.msgpack.decode(data, type=Snapshot)
    if record.format != FORMAT:
        raise ValueError(f"snapshot format {record.format} is not {FORMAT}")
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
    return state


def _restore_parties(state: State, record: Snapshot) -> None:
    for stored in record.accounts:
        account = Account(
            AccountId(len(state.accounts.all) + 1),
            stored.participant_id,
            stored.asset_id,
            stored.purpose,
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
    for order in record.orders:
        _restore_order(state, order)


def _restore_order(state: State, stored: OrderRecord) -> None:
    participant = state.participants[stored.participant_id]
    instrument = state.instruments[stored.instrument_id]
    holding = participant.holdings[instrument.asset.asset_id]
    sides = (participant.cash, holding)
    account, receiver = sides if stored.side is Side.BUY else sides[::-1]
    order = OpenOrder(
        stored.order_id,
        participant,
        instrument,
        stored.side,
        stored.price,
        stored.quantity,
        stored.hold_per_step,
        stored.fee_ppm,
        account,
        receiver,
    )
    order.leaves = stored.leaves
    state.orders[order.order_id] = order
    participant.open_orders[order.order_id] = order


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


def _order(order: OpenOrder) -> OrderRecord:
    return OrderRecord(
        order.order_id,
        order.participant.participant_id,
        order.instrument.instrument_id,
        order.side,
        order.price,
        order.quantity,
        order.leaves,
        order.hold_per_step,
        order.fee_ppm,
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
