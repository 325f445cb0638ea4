"""A ledger of plain dicts and lists to compare the venue's with, written from the documents.

One asset of units beside money, one instrument, no rulebook: the figures are given. What is held is
never stored, it is added up from its reasons; what is available is added up from lots. Each act
returns why it is refused, as the code of the API, or an empty text.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

CASH, UNITS = "cash", "units"
BANK, FEES = ("bank", CASH), ("fees", CASH)
SOURCE, ISSUABLE = ("source", UNITS), ("issuable", UNITS)
HOUSES = (BANK, FEES, SOURCE, ISSUABLE)
NUMBER_MAX = 2**62

Account = tuple[int | str, str]  # owner, asset
Parcel = tuple[int, int, int]  # first tradable day, lot, quantity


def whole(numerator: int, denominator: int, rounding: str) -> int:
    return int((Decimal(numerator) / Decimal(denominator)).quantize(Decimal(1), rounding))


@dataclass
class Figures:
    """Fees in millionths; `price x quantity / divisor` is fen."""

    step: int
    divisor: int
    buyer_fee: int
    seller_fee: int
    sell_back_days: int
    weekdays: tuple[int, ...]
    closures: tuple[int, ...]

    def trades_on(self, day: int) -> bool:
        return (day + 3) % 7 + 1 in self.weekdays and day not in self.closures  # day 0: a Thursday

    def fen(self, price: int, quantity: int) -> int:
        return whole(price * quantity, self.divisor, ROUND_HALF_UP)

    def hold(self, price: int, quantity: int) -> int:
        """Decision 0004: steps x the price of one step and its fee, each rounded up."""
        one = whole(price * self.step, self.divisor, ROUND_CEILING)
        return quantity // self.step * (one + whole(one * self.buyer_fee, 10**6, ROUND_CEILING))


@dataclass
class Order:
    number: int
    owner: int
    buys: bool
    price: int
    quantity: int
    leaves: int
    place: int


@dataclass
class Leg:
    debit: Account
    credit: Account
    quantity: int
    lot: int = 0
    parcels: tuple[Parcel, ...] = ()


class NaiveLedger:
    """Members, and whether each may come by units other than from the house."""

    def __init__(self, figures: Figures, today: int) -> None:
        self.figures, self.today = figures, today
        self.members: dict[int, bool] = {}
        self.frozen: list[int] = []
        self.posted: dict[Account, int] = dict.fromkeys(HOUSES, 0)
        self.lots: dict[int, dict[tuple[int, int], int]] = {}
        self.orders: list[Order] = []
        self.pending: dict[int, tuple[int, list[Leg]]] = {}
        self.freezes: dict[int, Leg] = {}
        self.last_order = self.last_place = self.last_transfer = self.last_lot = 0
        self.last_freeze = self.last_trade = 0

    # What is there

    def set_aside(self) -> list[Leg]:
        legs = [leg for _, chain in self.pending.values() for leg in chain]
        return legs + list(self.freezes.values())

    def held(self, account: Account) -> int:
        owner, asset = account
        apart = sum(leg.quantity for leg in self.set_aside() if leg.debit == account)
        asks = [o for o in self.orders if o.owner == owner and not o.buys and asset == UNITS]
        bids = [o for o in self.orders if o.owner == owner and o.buys and asset == CASH]
        hold = self.figures.hold
        return apart + sum(o.leaves for o in asks) + sum(hold(o.price, o.leaves) for o in bids)

    def available(self, account: Account) -> int:
        owner, asset = account
        if asset == CASH or account in HOUSES:
            return self.posted.get(account, 0) - self.held(account)
        asks = sum(o.leaves for o in self.orders if o.owner == owner and not o.buys)
        return self.tradable(owner) - asks

    def free(self, account: Account) -> tuple[Parcel, ...]:
        """Return the lots that are not set aside, in the order in which they go."""
        there = self.lots.get(account[0], {}) if account[1] == UNITS else {}
        return tuple((day, lot, n) for (day, lot), n in sorted(there.items()))

    def tradable(self, owner: int | str, lot: int = 0) -> int:
        there = self.lots.get(owner, {}).items()
        return sum(n for (day, of), n in there if day <= self.today and lot in (0, of))

    def lacks(self, account: Account, quantity: int, lot: int = 0) -> str:
        owner, asset = account
        there = self.available(account)
        if lot:
            there = min(there, self.tradable(owner, lot))
        if there >= quantity:
            return ""
        if asset == CASH:
            return "cash_insufficient"
        later = sum(n for (day, _), n in self.lots.get(owner, {}).items() if day > self.today)
        soon = not lot and there + later >= quantity
        return "units_not_yet_tradable" if soon else "units_insufficient"

    # Movements

    def take(self, owner: int, quantity: int, lot: int = 0) -> tuple[Parcel, ...]:
        """Take what was tradable first, of any lot or of one."""
        taken = []
        for day, of in sorted(self.lots[owner]):
            if quantity and day <= self.today and lot in (0, of):
                part = min(quantity, self.lots[owner][day, of])
                taken.append((day, of, part))
                quantity -= part
                self.lots[owner][day, of] -= part
        self.lots[owner] = {key: n for key, n in self.lots[owner].items() if n}
        assert quantity == 0
        return tuple(taken)

    def put(self, owner: int | str, parcels: tuple[Parcel, ...]) -> None:
        free = self.lots.setdefault(owner, {})
        for day, lot, quantity in parcels:
            free[day, lot] = free.get((day, lot), 0) + quantity

    def move(self, debit: Account, credit: Account, quantity: int) -> None:
        self.posted[debit] -= quantity
        self.posted[credit] = self.posted.get(credit, 0) + quantity

    def reserve(self, leg: Leg) -> Leg:
        owner, asset = leg.debit
        parcels = self.take(owner, leg.quantity, leg.lot) if asset == UNITS else ()
        return Leg(leg.debit, leg.credit, leg.quantity, leg.lot, parcels)

    # What the house does

    def admit(self, owner: int, *, eligible: bool) -> str:
        self.members[owner] = eligible
        self.posted.setdefault((owner, CASH), 0)
        return ""

    def authorise(self, quantity: int) -> str:
        if quantity == 0:
            return "quantity_not_positive"
        if quantity - self.posted[SOURCE] > NUMBER_MAX:
            return "number_too_large"
        if self.posted[ISSUABLE] + quantity < 0:
            return "cap_exceeded"
        self.last_transfer += 1
        self.move(SOURCE, ISSUABLE, quantity)
        return ""

    def issue(self, owner: int, quantity: int, tradable_from: int) -> str:
        if owner not in self.members:
            return "participant_not_admitted"
        if quantity <= 0:
            return "quantity_not_positive"
        if quantity > self.posted[ISSUABLE]:
            return "cap_exceeded"
        self.last_transfer += 1
        self.last_lot += 1
        self.move(ISSUABLE, (owner, UNITS), quantity)
        self.put(owner, ((tradable_from, self.last_lot, quantity),))
        return ""

    def deposit(self, owner: int, fen: int) -> str:
        if owner not in self.members:
            return "participant_not_admitted"
        if fen <= 0:
            return "quantity_not_positive"
        if fen - self.posted[BANK] > NUMBER_MAX:
            return "number_too_large"
        self.last_transfer += 1
        self.move(BANK, (owner, CASH), fen)
        return ""

    def freeze_member(self, owner: int) -> str:
        if owner not in self.members:
            return "participant_not_admitted"
        if owner in self.frozen:
            return "participant_already_frozen"
        self.frozen.append(owner)
        self.orders = [order for order in self.orders if order.owner != owner]
        return ""

    def unfreeze_member(self, owner: int) -> str:
        if owner not in self.members:
            return "participant_not_admitted"
        if owner not in self.frozen:
            return "participant_not_frozen"
        self.frozen.remove(owner)
        return ""

    def freeze(self, account: Account, quantity: int, lot: int) -> str:
        if account not in self.posted:
            return "account_unknown"
        if lot and (account[1] == CASH or lot > self.last_lot):
            return "lot_unknown"
        if quantity <= 0:
            return "quantity_not_positive"
        if account in HOUSES:
            return "transfer_purpose_refused"
        if reason := self.lacks(account, quantity, lot):
            return reason
        self.last_freeze += 1
        self.freezes[self.last_freeze] = self.reserve(Leg(account, account, quantity, lot))
        return ""

    def unfreeze(self, number: int) -> str:
        if number not in self.freezes:
            return "freeze_unknown"
        leg = self.freezes.pop(number)
        self.put(leg.debit[0], leg.parcels)
        return ""

    # Transfers

    def transfer(self, owner: int, legs: list[Leg], *, pending: bool) -> str:
        """All legs or none: first what they name, then who asks, the terms, and the means."""
        if owner not in self.members:
            return "participant_not_admitted"
        if not legs:
            return "transfer_empty"
        for leg in legs:
            if leg.debit not in self.posted or leg.credit not in self.posted:
                return "account_unknown"
            if leg.debit[0] != owner:
                return "account_unknown"
            if leg.lot and (leg.debit[1] == CASH or leg.lot > self.last_lot):
                return "lot_unknown"
        if owner in self.frozen:
            return "participant_frozen"
        if reason := self.wrong_terms(legs) or self.unpaid(legs):
            return reason
        done = [self.reserve(leg) for leg in sorted(legs, key=lambda leg: leg.lot == 0)]
        self.pending[self.last_transfer + 1] = (owner, done)
        self.last_transfer += len(legs)
        return "" if pending else self.finish(owner, self.last_transfer - len(legs) + 1, post=True)

    def wrong_terms(self, legs: list[Leg]) -> str:
        for leg in legs:
            if leg.debit[1] == UNITS and self.members.get(leg.credit[0]) is False:
                return "account_type_not_eligible"
            if leg.quantity <= 0:
                return "quantity_not_positive"
            if leg.debit[1] != leg.credit[1]:
                return "transfer_across_assets"
            if leg.debit == leg.credit:
                return "transfer_to_self"
            if leg.credit in HOUSES:
                return "transfer_purpose_refused"
        return ""

    def unpaid(self, legs: list[Leg]) -> str:
        for leg in legs:
            same = [other for other in legs if other.debit == leg.debit]
            named = [other for other in same if other.lot == leg.lot != 0]
            reason = self.lacks(leg.debit, sum(other.quantity for other in same))
            if named and not reason:
                reason = self.lacks(leg.debit, sum(other.quantity for other in named), leg.lot)
            if reason:
                return reason
        return ""

    def finish(self, owner: int, number: int, *, post: bool) -> str:
        maker, legs = self.pending.get(number, (0, []))
        if not legs or maker != owner:
            return "transfer_not_pending"
        if post and owner in self.frozen:
            return "participant_frozen"
        del self.pending[number]
        for leg in legs:
            self.put(leg.credit[0] if post else leg.debit[0], leg.parcels)
            if post:
                self.move(leg.debit, leg.credit, leg.quantity)
        return ""

    # Orders

    def barred(self, owner: int) -> str:
        if owner in self.frozen:
            return "participant_frozen"
        if not self.figures.trades_on(self.today):
            return "session_closed"
        return "" if self.members[owner] else "account_type_not_eligible"

    def place(self, owner: int, *, buys: bool, quantity: int, price: int, ioc: bool) -> str:
        if owner not in self.members:
            return "participant_not_admitted"
        reason = self.barred(owner) or ("quantity_not_positive" if quantity <= 0 else "")
        needed = self.figures.hold(price, quantity) if buys else quantity
        reason = reason or self.lacks((owner, CASH if buys else UNITS), needed)
        if reason:
            return reason
        self.posted.setdefault((owner, UNITS), 0)
        self.last_order += 1
        order = Order(self.last_order, owner, buys, price, quantity, quantity, 0)
        self.orders.append(order)
        self.enter(order, ioc=ioc)
        return ""

    def replace(self, owner: int, number: int, price: int, quantity: int) -> str:
        order = self.own_order(owner, number)
        if order is None:
            return "order_not_open"
        reason = self.barred(owner) or ("quantity_not_positive" if quantity <= 0 else "")
        leaves = quantity - (order.quantity - order.leaves)
        if not reason and leaves <= 0:
            reason = "replace_nothing_left"
        hold, asset = self.figures.hold, CASH if order.buys else UNITS
        more = hold(price, leaves) - hold(order.price, order.leaves)
        more = more if order.buys else leaves - order.leaves
        if reason := reason or (self.lacks((owner, asset), more) if more > 0 else ""):
            return reason
        kept = price == order.price and quantity <= order.quantity
        order.price, order.quantity, order.leaves = price, quantity, leaves
        if not kept:
            self.enter(order, ioc=False)
        return ""

    def cancel(self, owner: int, number: int) -> str:
        order = self.own_order(owner, number)
        if order is None:
            return "order_not_open"
        self.orders.remove(order)
        return ""

    def own_order(self, owner: int, number: int) -> Order | None:
        found = [o for o in self.orders if o.number == number and o.owner == owner]
        return found[0] if found else None

    def enter(self, order: Order, *, ioc: bool) -> None:
        """Trade at the best price, earliest first; who meets an order of its own is taken off."""
        self.last_place += 1
        order.place = self.last_place
        sign = 1 if order.buys else -1
        while order.leaves:
            facing = [o for o in self.orders if o.buys != order.buys]
            crossing = [o for o in facing if sign * o.price <= sign * order.price]
            if not crossing:
                break
            maker = min(crossing, key=lambda o: (sign * o.price, o.place))
            if maker.owner == order.owner:
                ioc = True
                break
            self.fill(order, maker)
        if ioc and order.leaves:
            self.orders.remove(order)
        self.orders = [o for o in self.orders if o.leaves]

    def fill(self, taker: Order, maker: Order) -> None:
        buy, sell = (taker, maker) if taker.buys else (maker, taker)
        quantity, price, figures = min(buy.leaves, sell.leaves), maker.price, self.figures
        fen = figures.fen(price, quantity)
        buyer_fee = whole(fen * figures.buyer_fee, 10**6, ROUND_HALF_UP)
        seller_fee = whole(fen * figures.seller_fee, 10**6, ROUND_HALF_UP)
        self.move((buy.owner, CASH), (sell.owner, CASH), fen)
        self.move((buy.owner, CASH), FEES, buyer_fee)
        self.move((sell.owner, CASH), FEES, seller_fee)
        self.move((sell.owner, UNITS), (buy.owner, UNITS), quantity)
        parcels = self.take(sell.owner, quantity)
        self.put(buy.owner, tuple((self.resale_day(day), lot, n) for day, lot, n in parcels))
        self.last_transfer += len(parcels) + 1 + (buyer_fee > 0) + (seller_fee > 0)
        self.last_trade += 1
        taker.leaves -= quantity
        maker.leaves -= quantity
        self.orders = [o for o in self.orders if o.leaves]

    def resale_day(self, day: int) -> int:
        left, found = self.figures.sell_back_days, self.today
        while left:
            found += 1
            left -= self.figures.trades_on(found)
        return found if self.figures.sell_back_days else day
