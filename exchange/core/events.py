"""Events: what happened, with all that projections need to show it. Past participles.

Quantities after the event are absolute (`leaves`), movements are amounts, so a projection never has
to ask the core. Here stand those of the market; an institution with a package of its own has its
events there.
"""

from exchange.core.after_issue.events import AfterIssueEvent
from exchange.core.allocation.events import AllocationEvent
from exchange.core.approvals.events import ApprovalsEvent
from exchange.core.budgets.events import BudgetsEvent
from exchange.core.cancellation.events import CancellationEvent
from exchange.core.compliance.events import ComplianceEvent
from exchange.core.crossing.events import CrossingEvent
from exchange.core.event import Event, Parcel
from exchange.core.locks.events import LocksEvent
from exchange.core.paid_use.events import PaidUseEvent
from exchange.core.permits.events import PermitsEvent
from exchange.core.reserves.events import ReservesEvent
from exchange.core.rules import Rule
from exchange.core.totals.events import TotalsEvent
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
    TradeId,
    TransferCode,
    TransferId,
)
from exchange.core.water.events import WaterEvent
from matching import CancelReason, OrderType, SelfTradePrevention, Side, TimeInForce


class TimeAdvanced(Event, frozen=True):
    to_ns: int
    today: Day


class RulesActivated(Event, frozen=True):
    rule_set: int
    rules: tuple[Rule, ...]
    document: str


class SessionChanged(Event, frozen=True):
    """Trading opened or closed at `at_ns`; `next_change_ns` is when it will change again."""

    state: SessionState
    at_ns: int
    next_change_ns: int


class BandSet(Event, frozen=True):
    """Limits for a trading day; both prices 0 when there is no reference price."""

    instrument_id: InstrumentId
    day: Day
    reference_price: int
    low: int
    high: int


class InstrumentDayClosed(Event, frozen=True):
    """The day's figures; `turnover` is the sum of what the day's trades paid, in fen."""

    instrument_id: InstrumentId
    day: Day
    close: int
    quantity: int
    turnover: int


class ParticipantAdmitted(Event, frozen=True):
    participant_id: ParticipantId
    account_type: AccountType
    region: str
    basin: str
    sector: str
    group_id: int
    document: str


class ParticipantFrozen(Event, frozen=True):
    participant_id: ParticipantId
    document: str


class ParticipantUnfrozen(Event, frozen=True):
    participant_id: ParticipantId
    document: str


class AssetDefined(Event, frozen=True):
    asset_id: AssetId
    code: str
    kind: str
    unit: str
    scale: int
    title_zh: str
    title_en: str
    vintage: str
    region: str
    basin: str


class AccountOpened(Event, frozen=True):
    account_id: AccountId
    participant_id: ParticipantId
    asset_id: AssetId
    purpose: Purpose


class PlaceAccountOpened(Event, frozen=True):
    """An account of the house for a place: part of a control total."""

    account_id: AccountId
    participant_id: ParticipantId
    asset_id: AssetId
    purpose: Purpose
    place: str


class LotCreated(Event, frozen=True):
    lot_id: LotId
    asset_id: AssetId
    quantity: int
    vintage: str
    region: str
    basin: str
    valid_from: Day
    valid_to: Day
    source: str


class TransferPosted(Event, frozen=True):
    """An amount moved for good. `parcels` is empty for cash; `pended` if it was reserved before."""

    transfer_id: TransferId
    chain_id: ChainId
    debit_account_id: AccountId
    credit_account_id: AccountId
    quantity: int
    code: TransferCode
    parcels: tuple[Parcel, ...]
    pended: bool
    reference: str


class TransferPended(Event, frozen=True):
    """An amount is reserved on the debit account until it is posted or voided."""

    transfer_id: TransferId
    chain_id: ChainId
    debit_account_id: AccountId
    credit_account_id: AccountId
    quantity: int
    code: TransferCode
    parcels: tuple[Parcel, ...]
    reference: str


class TransferVoided(Event, frozen=True):
    """What was reserved is free again; the transfer will never be posted."""

    transfer_id: TransferId
    chain_id: ChainId
    debit_account_id: AccountId
    credit_account_id: AccountId
    quantity: int
    code: TransferCode
    parcels: tuple[Parcel, ...]
    reference: str


class UnitsFrozen(Event, frozen=True):
    freeze_id: FreezeId
    account_id: AccountId
    quantity: int
    parcels: tuple[Parcel, ...]
    document: str


class UnitsUnfrozen(Event, frozen=True):
    freeze_id: FreezeId
    account_id: AccountId
    quantity: int
    document: str


class InstrumentListed(Event, frozen=True):
    """The instrument with the figures the rulebook gave it, in smallest units."""

    instrument_id: InstrumentId
    code: str
    asset_id: AssetId
    title_zh: str
    title_en: str
    price_scale: int
    price_tick: int
    price_min: int
    quantity_step: int
    quantity_min: int
    quantity_max: int
    reference_price: int
    region: str
    basin: str
    sector: str
    rule_set: int


class InstrumentHalted(Event, frozen=True):
    instrument_id: InstrumentId
    document: str


class InstrumentResumed(Event, frozen=True):
    instrument_id: InstrumentId
    document: str


class OrderAccepted(Event, frozen=True):
    """The order is in; `account_id` is what its hold reserves `held` of."""

    order_id: OrderId
    participant_id: ParticipantId
    client_order_id: str
    instrument_id: InstrumentId
    side: Side
    quantity: int
    price: int
    order_type: OrderType
    time_in_force: TimeInForce
    post_only: bool
    expires_on: Day
    self_trade_prevention: SelfTradePrevention
    account_id: AccountId
    held: int
    rule_set: int


class TradeExecuted(Event, frozen=True):
    """Delivery against payment, as one linked chain.

    The rights go from `seller_holding_id` to `buyer_holding_id` in `parcels`, the price from
    `buyer_cash_id` to `seller_cash_id`, fees to `fee_account_id`. Transfers are numbered from
    `first_transfer_id`: one for each parcel, one for the payment, one for each fee that is not
    zero. `released_fen` comes off the buyer's hold. `taker_price` is the taker's limit when its
    rest may stand in the book, else 0.
    """

    trade_id: TradeId
    instrument_id: InstrumentId
    price: int
    quantity: int
    consideration_fen: int
    buyer_fee_fen: int
    seller_fee_fen: int
    buy_order_id: OrderId
    sell_order_id: OrderId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    taker_side: Side
    buyer_leaves: int
    seller_leaves: int
    released_fen: int
    buyer_cash_id: AccountId
    seller_cash_id: AccountId
    buyer_holding_id: AccountId
    seller_holding_id: AccountId
    fee_account_id: AccountId
    first_transfer_id: TransferId
    parcels: tuple[Parcel, ...]
    taker_price: int
    rule_set: int


class OrderReplaced(Event, frozen=True):
    """New terms; `held_change` is what the hold on `account_id` grew by (negative: shrank)."""

    order_id: OrderId
    instrument_id: InstrumentId
    side: Side
    old_price: int
    price: int
    quantity: int
    old_leaves: int
    leaves: int
    kept_priority: bool
    account_id: AccountId
    held_change: int


class OrderCancelled(Event, frozen=True):
    """The rest is off.

    `released` comes off the hold on `account_id`; `price` 0 when it could never rest.
    """

    order_id: OrderId
    participant_id: ParticipantId
    instrument_id: InstrumentId
    side: Side
    price: int
    quantity: int
    reason: CancelReason
    account_id: AccountId
    released: int


MarketEvent = (
    TimeAdvanced
    | RulesActivated
    | SessionChanged
    | BandSet
    | InstrumentDayClosed
    | ParticipantAdmitted
    | ParticipantFrozen
    | ParticipantUnfrozen
    | AssetDefined
    | AccountOpened
    | PlaceAccountOpened
    | LotCreated
    | TransferPosted
    | TransferPended
    | TransferVoided
    | UnitsFrozen
    | UnitsUnfrozen
    | InstrumentListed
    | InstrumentHalted
    | InstrumentResumed
    | OrderAccepted
    | TradeExecuted
    | OrderReplaced
    | OrderCancelled
)

AnyEvent = (
    MarketEvent
    | ApprovalsEvent
    | TotalsEvent
    | AllocationEvent
    | ComplianceEvent
    | LocksEvent
    | PermitsEvent
    | WaterEvent
    | CrossingEvent
    | PaidUseEvent
    | BudgetsEvent
    | AfterIssueEvent
    | CancellationEvent
    | ReservesEvent
)
