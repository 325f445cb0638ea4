"""Assets, accounts with their balances, lots, holdings, transfers and freezes as rows.

Balances change by amounts derived from the events, never by what the core says they are, and the
database's own constraints watch them: a second witness.
"""

import msgspec

from exchange.core.allocation.events import AllocationIssued
from exchange.core.allocation.issue import lot_source
from exchange.core.event import Event, Parcel
from exchange.core.events import (
    AccountOpened,
    AssetDefined,
    LotCreated,
    OrderAccepted,
    OrderCancelled,
    OrderReplaced,
    PlaceAccountOpened,
    TradeExecuted,
    TransferPended,
    TransferPosted,
    TransferVoided,
    UnitsFrozen,
    UnitsUnfrozen,
)
from exchange.core.locks.events import LockDrawn, UnitsLocked, UnitsUnlocked
from exchange.core.types import LotId, Purpose, TransferCode, TransferId
from exchange.storage.projection import Gathered, Handler, Rows
from exchange.storage.writes import insert, update, upsert

ASSETS = insert(
    "assets",
    asset_id="bigint",
    code="text",
    kind="text",
    unit="text",
    scale="smallint",
    title_zh="text",
    title_en="text",
    vintage="text",
    region="text",
    basin="text",
)
ACCOUNTS_NEW = insert(
    "accounts",
    account_id="bigint",
    participant_id="bigint",
    asset_id="bigint",
    purpose="text",
    place="text",
    posted="bigint",
    held="bigint",
)
BALANCES = update(
    "accounts",
    ("account_id",),
    "posted = t.posted + u.posted, held = t.held + u.held",
    account_id="bigint",
    posted="bigint",
    held="bigint",
)
LOTS = insert(
    "lots",
    lot_id="bigint",
    asset_id="bigint",
    quantity="bigint",
    vintage="text",
    region="text",
    basin="text",
    valid_from="integer",
    valid_to="integer",
    source="text",
    seq="bigint",
)
_HOLDING = {
    "account_id": "bigint",
    "lot_id": "bigint",
    "tradable_from": "integer",
    "quantity": "bigint",
}
HOLDINGS_UP = upsert(
    "holdings",
    "(ledger, account_id, lot_id, tradable_from) DO UPDATE SET"
    " quantity = holdings.quantity + excluded.quantity",
    **_HOLDING,
)
HOLDINGS_DOWN = update(
    "holdings",
    ("account_id", "lot_id", "tradable_from"),
    "quantity = t.quantity + u.quantity",
    **_HOLDING,
)
TRANSFERS = insert(
    "transfers",
    transfer_id="bigint",
    seq="bigint",
    at_ns="bigint",
    chain_id="bigint",
    debit_account_id="bigint",
    credit_account_id="bigint",
    quantity="bigint",
    code="text",
    state="text",
    lot_id="bigint",
    lots="text",
    reference="text",
)
FREEZES_NEW = insert(
    "freezes",
    freeze_id="bigint",
    account_id="bigint",
    quantity="bigint",
    document="text",
    seq="bigint",
    released_document="text",
    released_seq="bigint",
)
FREEZES_RELEASED = update(
    "freezes",
    ("freeze_id",),
    "released_document = u.released_document, released_seq = u.released_seq",
    freeze_id="bigint",
    released_document="text",
    released_seq="bigint",
)
DELIVERY, PAYMENT, FEE, ISSUE = (
    TransferCode.DELIVERY.value,
    TransferCode.PAYMENT.value,
    TransferCode.FEE.value,
    TransferCode.ISSUE.value,
)


Opened = AccountOpened | PlaceAccountOpened


class LedgersProjection:
    """Tables `assets`, `accounts`, `lots`, `holdings`, `transfers`, `freezes`."""

    def __init__(self) -> None:
        self._rows = Gathered()
        self._opened: dict[int, Opened] = {}
        self._balances: dict[int, list[int]] = {}
        self._holdings: dict[tuple[int, int, int], int] = {}
        self._frozen: dict[int, tuple[UnitsFrozen, int]] = {}
        self._released: dict[int, tuple[str, int]] = {}

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            AssetDefined: self._on_asset,
            AccountOpened: self._on_opened,
            PlaceAccountOpened: self._on_opened,
            LotCreated: self._on_lot,
            TransferPosted: self._on_posted,
            TransferPended: self._on_pended,
            TransferVoided: self._on_voided,
            UnitsFrozen: self._on_frozen,
            UnitsUnfrozen: self._on_unfrozen,
            UnitsLocked: self._on_locked,
            UnitsUnlocked: self._on_freed,
            LockDrawn: self._on_freed,
            OrderAccepted: self._on_accepted,
            OrderReplaced: self._on_replaced,
            OrderCancelled: self._on_cancelled,
            TradeExecuted: self._on_trade,
            AllocationIssued: self._on_allocation,
        }

    def drain(self) -> Rows:
        for account_id, event in self._opened.items():
            posted, held = self._balances.pop(account_id, (0, 0))
            place = event.place if isinstance(event, PlaceAccountOpened) else ""
            owner = (account_id, event.participant_id, event.asset_id, event.purpose, place)
            self._rows.add(ACCOUNTS_NEW, (*owner, posted, held))
        for account_id, (posted, held) in self._balances.items():
            if posted or held:
                self._rows.add(BALANCES, (account_id, posted, held))
        for key, quantity in self._holdings.items():
            if quantity:
                self._rows.add(HOLDINGS_UP if quantity > 0 else HOLDINGS_DOWN, (*key, quantity))
        self._drain_freezes()
        self._opened, self._balances, self._holdings = {}, {}, {}
        return self._rows.drain()

    def _drain_freezes(self) -> None:
        for freeze_id, (event, seq) in self._frozen.items():
            released = self._released.pop(freeze_id, (None, None))
            row = (freeze_id, event.account_id, event.quantity, event.document, seq, *released)
            self._rows.add(FREEZES_NEW, row)
        for freeze_id, released in self._released.items():
            self._rows.add(FREEZES_RELEASED, (freeze_id, *released))
        self._frozen, self._released = {}, {}

    def _change(self, account_id: int, posted: int, held: int) -> None:
        balance = self._balances.get(account_id)
        if balance is None:
            self._balances[account_id] = [posted, held]
        else:
            balance[0] += posted
            balance[1] += held

    def _hand_over(self, debit: int, credit: int, parcels: tuple[Parcel, ...]) -> None:
        """Move lots between accounts; what is made comes from nowhere, what ends goes there."""
        holdings = self._holdings
        for parcel in parcels:
            if parcel.tradable_from_debit >= 0:
                key = (debit, parcel.lot_id, parcel.tradable_from_debit)
                holdings[key] = holdings.get(key, 0) - parcel.quantity
            if parcel.tradable_from_credit >= 0:
                key = (credit, parcel.lot_id, parcel.tradable_from_credit)
                holdings[key] = holdings.get(key, 0) + parcel.quantity

    def _on_asset(self, event: AssetDefined, _seq: int, _at_ns: int) -> None:
        self._rows.add(ASSETS, msgspec.structs.astuple(event))

    def _on_opened(self, event: Opened, _seq: int, _at_ns: int) -> None:
        self._opened[event.account_id] = event

    def _on_lot(self, event: LotCreated, seq: int, _at_ns: int) -> None:
        self._rows.add(LOTS, (*msgspec.structs.astuple(event), seq))

    def _on_posted(self, event: TransferPosted, seq: int, at_ns: int) -> None:
        quantity = event.quantity
        self._change(event.debit_account_id, -quantity, -quantity if event.pended else 0)
        self._change(event.credit_account_id, quantity, 0)
        self._hand_over(event.debit_account_id, event.credit_account_id, event.parcels)
        self._transfer(event, "posted", seq, at_ns)

    def _on_pended(self, event: TransferPended, seq: int, at_ns: int) -> None:
        self._change(event.debit_account_id, 0, event.quantity)
        self._transfer(event, "pending", seq, at_ns)

    def _transfer(
        self,
        event: TransferPosted | TransferPended | TransferVoided,
        state: str,
        seq: int,
        at_ns: int,
    ) -> None:
        parcels = event.parcels
        lots = None
        if len(parcels) > 1:
            lots = " ".join(f"{parcel.lot_id}:{parcel.quantity}" for parcel in parcels)
        row = (
            event.transfer_id,
            seq,
            at_ns,
            event.chain_id,
            event.debit_account_id,
            event.credit_account_id,
            event.quantity,
            event.code,
            state,
            parcels[0].lot_id if len(parcels) == 1 else 0,
            lots,
            event.reference,
        )
        self._rows.add(TRANSFERS, row)

    def _on_voided(self, event: TransferVoided, seq: int, at_ns: int) -> None:
        self._change(event.debit_account_id, 0, -event.quantity)
        self._transfer(event, "voided", seq, at_ns)

    def _on_frozen(self, event: UnitsFrozen, seq: int, _at_ns: int) -> None:
        self._change(event.account_id, 0, event.quantity)
        self._frozen[event.freeze_id] = (event, seq)

    def _on_unfrozen(self, event: UnitsUnfrozen, seq: int, _at_ns: int) -> None:
        self._change(event.account_id, 0, -event.quantity)
        self._released[event.freeze_id] = (event.document, seq)

    def _on_locked(self, event: UnitsLocked, _seq: int, _at_ns: int) -> None:
        self._change(event.account_id, 0, event.quantity)

    def _on_freed(self, event: UnitsUnlocked | LockDrawn, _seq: int, _at_ns: int) -> None:
        self._change(event.account_id, 0, -event.quantity)

    def _on_allocation(self, event: AllocationIssued, seq: int, at_ns: int) -> None:
        lot_id, number = event.first_lot_id, event.first_transfer_id
        reference = lot_source(event.plan_id)
        origin = (event.vintage, event.region, event.basin, event.valid_from, event.valid_to)
        for entry in event.entries:
            if entry.opened:
                owner = (entry.account_id, entry.participant_id, event.asset_id)
                self._opened[entry.account_id] = AccountOpened(*owner, Purpose.HOLDING)
            quantity = entry.quantity
            if not quantity:
                continue
            self._change(event.issuable_id, -quantity, 0)
            self._change(entry.account_id, quantity, 0)
            self._holdings[entry.account_id, lot_id, 0] = quantity
            self._rows.add(LOTS, (lot_id, event.asset_id, quantity, *origin, reference, seq))
            accounts = (event.issuable_id, entry.account_id)
            row = (number, seq, at_ns, event.chain_id, *accounts, quantity, ISSUE, "posted")
            self._rows.add(TRANSFERS, (*row, lot_id, None, reference))
            lot_id, number = LotId(lot_id + 1), TransferId(number + 1)

    def _on_accepted(self, event: OrderAccepted, _seq: int, _at_ns: int) -> None:
        self._change(event.account_id, 0, event.held)

    def _on_replaced(self, event: OrderReplaced, _seq: int, _at_ns: int) -> None:
        self._change(event.account_id, 0, event.held_change)

    def _on_cancelled(self, event: OrderCancelled, _seq: int, _at_ns: int) -> None:
        self._change(event.account_id, 0, -event.released)

    def _on_trade(self, event: TradeExecuted, seq: int, at_ns: int) -> None:
        fen, quantity = event.consideration_fen, event.quantity
        buyer_fee, seller_fee = event.buyer_fee_fen, event.seller_fee_fen
        self._change(event.buyer_cash_id, -fen - buyer_fee, -event.released_fen)
        self._change(event.seller_cash_id, fen - seller_fee, 0)
        self._change(event.seller_holding_id, -quantity, -quantity)
        self._change(event.buyer_holding_id, quantity, 0)
        self._hand_over(event.seller_holding_id, event.buyer_holding_id, event.parcels)
        chain_id = transfer_id = event.first_transfer_id
        legs: list[tuple[int, int, int, str, int]] = [
            (event.seller_holding_id, event.buyer_holding_id, p.quantity, DELIVERY, p.lot_id)
            for p in event.parcels
        ]
        legs.append((event.buyer_cash_id, event.seller_cash_id, fen, PAYMENT, 0))
        if buyer_fee:
            legs.append((event.buyer_cash_id, event.fee_account_id, buyer_fee, FEE, 0))
        if seller_fee:
            legs.append((event.seller_cash_id, event.fee_account_id, seller_fee, FEE, 0))
        if buyer_fee or seller_fee:
            self._change(event.fee_account_id, buyer_fee + seller_fee, 0)
        reference = f"trade {event.trade_id}"
        add = self._rows.add
        for number, (debit, credit, moved, code, lot_id) in enumerate(legs, transfer_id):
            row = (
                number,
                seq,
                at_ns,
                chain_id,
                debit,
                credit,
                moved,
                code,
                "posted",
                lot_id,
                None,
                reference,
            )
            add(TRANSFERS, row)
