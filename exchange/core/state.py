"""All that one ledger's venue remembers. Plain data: the institutions hold the rules."""

from dataclasses import dataclass, field

import msgspec

from exchange.core.accounts import Account, Accounts
from exchange.core.after_issue.state import AfterIssueState
from exchange.core.allocation.state import AllocationState
from exchange.core.approvals.state import ApprovalsState
from exchange.core.budgets.state import BudgetsState
from exchange.core.calendar import TradingCalendar
from exchange.core.cancellation.state import CancellationState
from exchange.core.compliance.state import ComplianceState
from exchange.core.crossing.state import CrossingState
from exchange.core.event import Parcel
from exchange.core.events import BandSet
from exchange.core.locks.state import LocksState
from exchange.core.outcomes import Refusal
from exchange.core.paid_use.state import PaidUseState
from exchange.core.permits.state import PermitsState
from exchange.core.reasons import CITES, RejectReason
from exchange.core.reserves.state import ReservesState
from exchange.core.rules import RuleBook
from exchange.core.totals.state import TotalsState
from exchange.core.types import (
    CASH,
    HOUSE,
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
from exchange.core.validity.state import ValidityState
from exchange.core.water.state import WaterState
from matching import BookLimits, OrderBook, Side

DUTY = "DUTY"
"""The kind of the assets in which obligations are kept: nobody is given or trades them."""


class Lot(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What units of one issue have in common. `valid_to` 0 means no end."""

    asset_id: AssetId
    vintage: str
    region: str
    basin: str
    valid_from: Day
    valid_to: Day
    source: str


class OpenOrder:
    """An order in the book: what it holds, and where its fills go.

    `account` carries the hold: cash for a bid, the holding for an ask; `receiver` takes what a fill
    brings. `hold_per_step` is what one quantity step reserves: fen for a bid, smallest units for an
    ask.
    """

    __slots__ = (
        "account",
        "fee_ppm",
        "hold_per_step",
        "instrument",
        "leaves",
        "order_id",
        "participant",
        "price",
        "quantity",
        "receiver",
        "side",
    )

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        order_id: OrderId,
        participant: "Participant",
        instrument: "Instrument",
        side: Side,
        price: int,
        quantity: int,
        hold_per_step: int,
        fee_ppm: int,
        account: Account,
        receiver: Account,
    ) -> None:
        self.order_id = order_id
        self.participant = participant
        self.instrument = instrument
        self.side = side
        self.price = price
        self.quantity = quantity
        self.leaves = quantity
        self.hold_per_step = hold_per_step
        self.fee_ppm = fee_ppm
        self.account = account
        self.receiver = receiver


class Participant:
    """An admitted member.

    The facts its eligibility hangs on, and its open orders in order of entry.
    """

    __slots__ = (
        "account_type",
        "basin",
        "cash",
        "eligibility",
        "frozen",
        "group_id",
        "holdings",
        "open_orders",
        "participant_id",
        "region",
        "sector",
    )

    def __init__(self, participant_id: ParticipantId, cash: Account) -> None:
        self.participant_id = participant_id
        self.account_type = AccountType.OPERATOR
        self.region = ""
        self.basin = ""
        self.sector = ""
        self.group_id = 0
        self.frozen = False
        self.cash = cash
        self.holdings: dict[AssetId, Account] = {}
        self.open_orders: dict[OrderId, OpenOrder] = {}
        self.eligibility: dict[InstrumentId, RejectReason | None] = {}


@dataclass(slots=True, frozen=True)
class Asset:
    """What can be held. `scale` is the number of decimals of its unit."""

    asset_id: AssetId
    code: str
    kind: str
    unit: str
    scale: int
    region: str
    basin: str


class Instrument:
    """A tradable asset with its figures, its book and its day.

    `divisor`: price x quantity / divisor is the consideration in fen.
    """

    __slots__ = (
        "asset",
        "band",
        "basin",
        "book",
        "buyer_fee_ppm",
        "code",
        "day_fen",
        "day_quantity",
        "day_turnover",
        "divisor",
        "halted",
        "instrument_id",
        "limits",
        "price_min",
        "price_scale",
        "reference_price",
        "region",
        "sector",
        "sell_back_days",
        "seller_fee_ppm",
        "step",
    )

    def __init__(  # noqa: PLR0913
        self,
        instrument_id: InstrumentId,
        asset: Asset,
        limits: BookLimits,
        *,
        code: str,
        price_scale: int,
        price_min: int,
        reference_price: int,
        region: str,
        basin: str,
        sector: str,
    ) -> None:
        self.instrument_id = instrument_id
        self.code = code
        self.asset = asset
        self.limits = limits
        self.step = limits.step
        self.price_scale = price_scale
        self.price_min = price_min
        self.reference_price = reference_price
        self.region = region
        self.basin = basin
        self.sector = sector
        self.divisor = 10 ** (price_scale + asset.scale - 2)
        self.book = OrderBook(limits)
        self.band: BandSet | None = None
        self.halted = False
        self.buyer_fee_ppm = 0
        self.seller_fee_ppm = 0
        self.sell_back_days = 0
        self.day_quantity = 0
        self.day_turnover = 0
        self.day_fen = 0


@dataclass(slots=True, frozen=True)
class PendingTransfer:
    """One leg of a chain that waits to be posted or voided; its parcels are set aside."""

    transfer_id: TransferId
    debit: Account
    credit: Account
    quantity: int
    parcels: tuple[Parcel, ...]
    code: TransferCode
    reference: str


@dataclass(slots=True, frozen=True)
class FrozenUnits:
    """Part of an account that a document keeps from moving; its parcels are set aside."""

    freeze_id: FreezeId
    account: Account
    quantity: int
    parcels: tuple[Parcel, ...]


@dataclass(slots=True, frozen=True)
class Pending:
    """A chain of pending transfers and who made it."""

    participant_id: ParticipantId
    legs: tuple[PendingTransfer, ...]


@dataclass(slots=True)
class State:
    """One ledger.

    Collections keep the order of entry, so that iterating over them is deterministic.
    """

    ledger: str
    rules: RuleBook
    calendar: TradingCalendar
    accounts: Accounts = field(default_factory=Accounts)
    participants: dict[ParticipantId, Participant] = field(default_factory=dict)
    assets: dict[AssetId, Asset] = field(default_factory=dict)
    asset_codes: dict[str, AssetId] = field(default_factory=dict)
    lots: dict[LotId, Lot] = field(default_factory=dict)
    instruments: dict[InstrumentId, Instrument] = field(default_factory=dict)
    instrument_codes: dict[str, InstrumentId] = field(default_factory=dict)
    orders: dict[OrderId, OpenOrder] = field(default_factory=dict)
    pending: dict[ChainId, Pending] = field(default_factory=dict)
    freezes: dict[FreezeId, FrozenUnits] = field(default_factory=dict)
    approvals: ApprovalsState = field(default_factory=ApprovalsState)
    totals: TotalsState = field(default_factory=TotalsState)
    allocation: AllocationState = field(default_factory=AllocationState)
    validity: ValidityState = field(default_factory=ValidityState)
    compliance: ComplianceState = field(default_factory=ComplianceState)
    locks: LocksState = field(default_factory=LocksState)
    permits: PermitsState = field(default_factory=PermitsState)
    water: WaterState = field(default_factory=WaterState)
    crossing: CrossingState = field(default_factory=CrossingState)
    paid_use: PaidUseState = field(default_factory=PaidUseState)
    budgets: BudgetsState = field(default_factory=BudgetsState)
    after_issue: AfterIssueState = field(default_factory=AfterIssueState)
    cancellation: CancellationState = field(default_factory=CancellationState)
    reserves: ReservesState = field(default_factory=ReservesState)
    seq: int = 0
    now_ns: int = 0
    today: Day = field(default=Day(0))
    next_due_ns: int = 0
    session: SessionState = SessionState.CLOSED
    last_order: int = 0
    last_trade: int = 0
    last_transfer: int = 0
    last_lot: int = 0
    last_freeze: int = 0

    def next_transfer(self) -> TransferId:
        self.last_transfer += 1
        return TransferId(self.last_transfer)

    def refuse(self, reason: RejectReason, kind: str = "", **figures: str) -> Refusal:
        """Say no, citing the rule that decides this reason today."""
        name = CITES.get(reason)
        rule = None if name is None else self.rules.reference(name, kind)
        return Refusal(reason, rule, tuple(figures.items()))

    def add_lot(self, lot: Lot) -> LotId:
        """Enter what is issued next, to be ended when its validity is over."""
        self.last_lot += 1
        lot_id = LotId(self.last_lot)
        self.lots[lot_id] = lot
        self.validity.expect(lot_id, lot.valid_to)
        return lot_id

    def is_of(self, lot_id: LotId, asset_id: AssetId) -> bool:
        """Tell whether there is such a lot of an asset."""
        lot = self.lots.get(lot_id)
        return lot is not None and lot.asset_id == asset_id

    def holding(self, participant: Participant, asset_id: AssetId) -> Account | None:
        return participant.holdings.get(asset_id)

    def cash_account(self, purpose: Purpose) -> Account:
        return self.accounts.house(CASH, purpose)


def new_state(ledger: str) -> State:
    """Return an empty ledger, before its first rulebook."""
    rules = RuleBook(ledger)
    return State(ledger, rules, TradingCalendar(rules))


__all__ = [
    "DUTY",
    "HOUSE",
    "Asset",
    "FrozenUnits",
    "Instrument",
    "Lot",
    "OpenOrder",
    "Participant",
    "Pending",
    "PendingTransfer",
    "State",
    "new_state",
]
