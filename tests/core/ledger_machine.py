"""The venue's ledger and the naive one side by side: any acts in any order, compared after each.

Nothing of the core's own checks is used: what is wrong shows as a difference. Lots, chains and
freezes are named by number, and both sides count for themselves.
"""

from functools import cache

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from exchange.core import commands as c
from exchange.core.accounts import DAY_SHIFT, Account
from exchange.core.outcomes import Sequenced
from exchange.core.rules import Rule, RuleKind, read_day
from exchange.core.types import AccountType, Day
from exchange.core.venue import Venue
from exchange.rulebook.loader import load_rules
from matching import OrderType, SelfTradePrevention, Side, TimeInForce
from tests.support.builders import at_ns, local_date
from tests.support.builders import rule as figure
from tests.support.naive_ledger import CASH, HOUSES, UNITS, Figures, Leg, NaiveLedger, Parcel

FRIDAY = "2026-03-06"
MEMBERS, INDIVIDUAL, STRANGER = (1, 2, 3), 4, 5
EVERYBODY = (*MEMBERS, *MEMBERS, INDIVIDUAL, STRANGER)
NO_ACCOUNT = 9_999

owners = st.sampled_from(EVERYBODY)
picks = st.integers(0, 30)
amounts = st.one_of(st.integers(-1, 60), st.sampled_from(("half", "all", "all", "one more")))
lots = st.one_of(st.just(0), st.integers(0, 6))
rarely = st.integers(0, 9).map(lambda number: number == 9)
assets = st.sampled_from((CASH, UNITS, UNITS))
accounts = st.one_of(st.tuples(owners, assets), st.sampled_from(HOUSES))
likely_legs = st.lists(
    st.tuples(assets, st.sampled_from((1, 2)), st.integers(1, 12), st.none() | picks),
    min_size=1,
    max_size=3,
)
odd_legs = st.lists(
    st.tuples(assets, owners, amounts, lots, st.none() | accounts, rarely), max_size=3
)


@cache
def rulebook(ledger: str) -> tuple[Rule, ...]:
    return load_rules(ledger)


class LedgerMachine(RuleBasedStateMachine):
    """Acts on both ledgers. A subclass says which ledger, its fees and its quantity step."""

    ledger: str
    kind: str
    price: int
    divisor: int
    step: int
    fees: tuple[str, str]
    sell_back_days: int

    def __init__(self) -> None:
        super().__init__()
        self.venue = Venue(self.ledger)
        self.now_ns = at_ns(f"{FRIDAY} 09:35")
        self.apply(c.AdvanceTime(self.now_ns))
        self.apply(c.ActivateRules((*self.book(), *self.changed_rules()), "test"))
        self.apply(c.DefineAsset("U", self.kind, "u", 0, "权", "right", "", "", ""))
        self.apply(c.ListInstrument("U", 1, "权", "right", self.price, "", "", ""))
        self.model = NaiveLedger(self.figures(), read_day(FRIDAY))
        for owner in (*MEMBERS, INDIVIDUAL):
            kind = AccountType.COMPLIANCE_ENTITY if owner in MEMBERS else AccountType.INDIVIDUAL
            self.apply(c.AdmitParticipant(owner, kind, "", "", "", 0, "test"))
            self.model.admit(owner, eligible=owner in MEMBERS)
        self.authorise(400)
        for owner in MEMBERS:
            self.deposit(owner, 100 * self.price)
            self.issue(owner, 40, 0)

    def changed_rules(self) -> tuple[Rule, ...]:
        step = ("trading.quantity_step", "trading.quantity_min")
        named = [(name, RuleKind.DECIMAL, str(self.step)) for name in step]
        named += [
            (name, RuleKind.RATIO, ratio)
            for name, ratio in zip(("fees.buyer", "fees.seller"), self.fees, strict=True)
        ]
        return tuple(figure(f"{self.ledger}.{name}", kind, text) for name, kind, text in named)

    def figures(self) -> Figures:
        """Take weekdays and closures from the rulebook's files, the rest as given here."""
        days = {
            rule.rule_id.removeprefix(f"{self.ledger}."): rule for rule in rulebook(self.ledger)
        }
        closures = [text for name in days if "closures" in name for text in days[name].value]
        weekdays = days["trading.weekdays"].value
        buyer, seller = (round(float(ratio) * 10**6) for ratio in self.fees)
        return Figures(
            self.step,
            self.divisor,
            buyer,
            seller,
            self.sell_back_days,
            tuple(int(text) for text in weekdays),
            tuple(read_day(text) for text in closures),
        )

    def book(self) -> tuple[Rule, ...]:
        return rulebook(self.ledger)

    # Both sides

    def apply(self, command: c.AnyCommand) -> str:
        outcome = self.venue.apply(Sequenced(self.venue.state.seq + 1, self.now_ns, command))
        return "" if outcome.refusal is None else str(outcome.refusal.reason)

    def agree(self, command: c.AnyCommand, expected: str) -> None:
        """Carry out on the venue what the model has done, and compare everything."""
        reason = self.apply(command)
        assert reason == expected, f"{command}: the venue says {reason!r}, the model {expected!r}"
        assert self.balances() == self.expected_balances()
        assert self.reservations() == self.expected_reservations()
        state, model = self.venue.state, self.model
        assert state.last_transfer == model.last_transfer
        assert (state.last_trade, state.last_lot) == (model.last_trade, model.last_lot)
        for asset in (CASH, UNITS):
            assert sum(row[0] for (_, of), row in self.balances().items() if of == asset) == 0

    def balances(self) -> dict:
        return {
            name_of(account): (account.posted, account.held, account.available, free(account))
            for account in self.venue.state.accounts.all.values()
        }

    def expected_balances(self) -> dict:
        model = self.model
        return {
            account: (
                posted,
                model.held(account),
                model.available(account),
                model.free(account),
            )
            for account, posted in model.posted.items()
        }

    def reservations(self) -> tuple[dict, dict, dict]:
        state = self.venue.state
        chains = {
            number: (
                chain.participant_id,
                [
                    (name_of(leg.debit), name_of(leg.credit), leg.quantity, set_aside(leg.parcels))
                    for leg in chain.legs
                ],
            )
            for number, chain in state.pending.items()
        }
        freezes = {
            number: (name_of(one.account), one.quantity, set_aside(one.parcels))
            for number, one in state.freezes.items()
        }
        orders = {
            number: (one.participant.participant_id, one.side, one.price, one.quantity, one.leaves)
            for number, one in state.orders.items()
        }
        return chains, freezes, orders

    def expected_reservations(self) -> tuple[dict, dict, dict]:
        model = self.model
        chains = {
            number: (owner, [(leg.debit, leg.credit, leg.quantity, leg.parcels) for leg in chain])
            for number, (owner, chain) in model.pending.items()
        }
        freezes = {
            number: (leg.debit, leg.quantity, leg.parcels) for number, leg in model.freezes.items()
        }
        orders = {
            one.number: (one.owner, side(buys=one.buys), one.price, one.quantity, one.leaves)
            for one in model.orders
        }
        return chains, freezes, orders

    # Numbers

    def number_of(self, account: tuple) -> int:
        found = [a for a in self.venue.state.accounts.all.values() if name_of(a) == account]
        return found[0].account_id if found else NO_ACCOUNT

    def amount(self, amount: int | str, account: tuple) -> int:
        """Read `half`, `all` or `one more` of what an account has to spend."""
        there = self.model.available(account)
        named = {"half": there // 2, "all": there, "one more": there + 1}
        return named.get(amount, amount)

    # Acts of the house

    @rule(owner=owners, fen=st.one_of(st.integers(-1, 10**7), st.just(2**62)))
    def deposit(self, owner: int, fen: int) -> None:
        self.agree(c.DepositCash(owner, fen, "slip"), self.model.deposit(owner, fen))

    @rule(amount=amounts | st.integers(-200, 200) | st.just(2**62))
    def authorise(self, amount: int | str) -> None:
        quantity = self.amount(amount, ("issuable", UNITS))
        quantity = -quantity if isinstance(amount, str) else quantity
        self.agree(c.AuthoriseIssuance(1, quantity, "plan"), self.model.authorise(quantity))

    @rule(owner=owners, amount=amounts, days=st.sampled_from((0, 0, 1, 3)))
    def issue(self, owner: int, amount: int | str, days: int) -> None:
        quantity = self.amount(amount, ("issuable", UNITS))
        day = Day(self.model.today + days if days else 0)
        command = c.IssueUnits(1, owner, quantity, "", "", "", Day(0), Day(0), day, "plan")
        self.agree(command, self.model.issue(owner, quantity, day))

    @rule(account=accounts, amount=amounts, lot=lots)
    def freeze(self, account: tuple, amount: int | str, lot: int) -> None:
        quantity = self.amount(amount, account)
        command = c.FreezeUnits(self.number_of(account), quantity, lot, "order")
        self.agree(command, self.model.freeze(account, quantity, lot))

    @precondition(lambda self: self.model.freezes)
    @rule(pick=picks)
    def unfreeze(self, pick: int) -> None:
        number = chosen(list(self.model.freezes), pick)
        self.agree(c.UnfreezeUnits(number, "lifted"), self.model.unfreeze(number))

    @rule(owner=owners, pick=st.none() | picks)
    def freeze_member(self, owner: int, pick: int | None) -> None:
        """Stop anybody, or one who has transfers pending."""
        if pick is not None and self.model.pending:
            owner = self.model.pending[chosen(list(self.model.pending), pick)][0]
        self.agree(c.FreezeParticipant(owner, "order"), self.model.freeze_member(owner))

    @precondition(lambda self: self.model.frozen)
    @rule(owner=owners, anybody=rarely)
    def unfreeze_member(self, owner: int, anybody: bool) -> None:
        """Let go on who was stopped first."""
        if self.model.frozen and not anybody:
            owner = self.model.frozen[0]
        self.agree(c.UnfreezeParticipant(owner, "lifted"), self.model.unfreeze_member(owner))

    @rule()
    def next_day(self) -> None:
        self.model.today += 1
        self.now_ns = at_ns(f"{local_date(Day(self.model.today))} 09:35")
        self.agree(c.AdvanceTime(self.now_ns), "")

    # Acts of members

    @rule(owner=st.sampled_from(MEMBERS), terms=likely_legs, pending=st.booleans())
    def transfer(self, owner: int, terms: list[tuple], pending: bool) -> None:
        """Give to the next members, often what is there: of the oldest lots, or of one held."""
        chain = []
        for asset, away, quantity, pick in terms:
            held = [lot for _, lot, _ in self.model.free((owner, asset))]
            lot = 0 if pick is None else chosen(held, pick)
            receiver = (owner + away - 1) % len(MEMBERS) + 1
            chain.append(Leg((owner, asset), (receiver, asset), quantity, lot))
        self.transferred(owner, chain, pending=pending)

    @rule(owner=owners, terms=odd_legs, pending=st.booleans())
    def odd_transfer(self, owner: int, terms: list[tuple], pending: bool) -> None:
        chain = []
        for asset, receiver, amount, lot, other, foreign in terms:
            debit = (receiver if foreign else owner, asset)
            quantity = self.amount(amount, debit)
            chain.append(Leg(debit, other or (receiver, asset), quantity, lot))
        self.transferred(owner, chain, pending=pending)

    def transferred(self, owner: int, chain: list[Leg], *, pending: bool) -> None:
        encoded = tuple(
            c.TransferLeg(
                self.number_of(leg.debit), self.number_of(leg.credit), leg.quantity, leg.lot
            )
            for leg in chain
        )
        command = c.CreateTransfer(owner, encoded, pending, "contract")
        self.agree(command, self.model.transfer(owner, chain, pending=pending))

    @precondition(lambda self: self.model.pending)
    @rule(pick=picks, post=st.booleans(), foreign=rarely)
    def finish(self, pick: int, post: bool, foreign: bool) -> None:
        number = chosen(list(self.model.pending), pick)
        maker = self.model.pending[number][0] if number in self.model.pending else 1
        owner = maker % 3 + 1 if foreign else maker
        command = c.PostTransfer(owner, number) if post else c.VoidTransfer(owner, number)
        self.agree(command, self.model.finish(owner, number, post=post))

    @rule(owner=owners, amount=amounts, ticks=st.integers(-3, 3), ioc=rarely)
    def buy(self, owner: int, amount: int | str, ticks: int, ioc: bool) -> None:
        self.place(owner, amount, ticks, buys=True, ioc=ioc)

    @rule(owner=owners, amount=amounts, ticks=st.integers(-3, 3), ioc=rarely)
    def sell(self, owner: int, amount: int | str, ticks: int, ioc: bool) -> None:
        self.place(owner, amount, ticks, buys=False, ioc=ioc)

    def place(self, owner: int, amount: int | str, ticks: int, *, buys: bool, ioc: bool) -> None:
        price = self.venue.state.instruments[1].reference_price + ticks
        there = self.model.available((owner, CASH if buys else UNITS))
        if buys:
            there //= self.model.figures.hold(price, self.step)
        named = {"half": there // 2, "all": there, "one more": there + 1}
        quantity = named.get(amount, amount)
        command = c.PlaceOrder(
            owner,
            "",
            1,
            side(buys=buys),
            quantity,
            price,
            OrderType.LIMIT,
            TimeInForce.IOC if ioc else TimeInForce.GTC,
            False,
            Day(0),
            SelfTradePrevention.CANCEL_NEWEST,
        )
        expected = self.model.place(owner, buys=buys, quantity=quantity, price=price, ioc=ioc)
        self.agree(command, expected)

    @precondition(lambda self: self.model.orders)
    @rule(pick=picks, ticks=st.integers(-3, 3), quantity=st.integers(-1, 80), foreign=rarely)
    def replace(self, pick: int, ticks: int, quantity: int, foreign: bool) -> None:
        owner, number = self.open_order(pick, foreign=foreign)
        price = self.venue.state.instruments[1].reference_price + ticks
        command = c.ReplaceOrder(owner, number, price, quantity)
        self.agree(command, self.model.replace(owner, number, price, quantity))

    @precondition(lambda self: self.model.orders)
    @rule(pick=picks, foreign=rarely)
    def cancel(self, pick: int, foreign: bool) -> None:
        owner, number = self.open_order(pick, foreign=foreign)
        self.agree(c.CancelOrder(owner, number), self.model.cancel(owner, number))

    @rule(owner=owners, number=picks)
    def name_what_may_be_gone(self, owner: int, number: int) -> None:
        model = self.model
        self.agree(c.CancelOrder(owner, number), model.cancel(owner, number))
        self.agree(c.VoidTransfer(owner, number), model.finish(owner, number, post=False))
        self.agree(c.UnfreezeUnits(number, "lifted"), model.unfreeze(number))
        self.agree(c.UnfreezeParticipant(owner, "lifted"), model.unfreeze_member(owner))

    def open_order(self, pick: int, *, foreign: bool) -> tuple[int, int]:
        orders = {order.number: order.owner for order in self.model.orders}
        number = chosen(list(orders), pick)
        owner = orders.get(number, 1)
        return owner % 3 + 1 if foreign else owner, number


class CarbonMachine(LedgerMachine):
    """Whole tonnes at whole fen, sold back from the next trading day on."""

    ledger, kind, price, divisor, step = "carbon", "CEA", 9_800, 1, 1
    fees, sell_back_days = ("0.0005", "0.001"), 1


class WaterMachine(LedgerMachine):
    """Cubic metres at a tenth of a fen, so that every amount is rounded; sold back at once."""

    ledger, kind, price, divisor, step = "water", "WATER", 1_081, 10, 1
    fees, sell_back_days = ("0.003", "0"), 0


def name_of(account: Account) -> tuple[int | str, str]:
    owner = account.participant_id or str(account.purpose)
    return owner, UNITS if account.asset_id else CASH


def free(account: Account) -> tuple[Parcel, ...]:
    mask = (1 << DAY_SHIFT) - 1
    return tuple((key >> DAY_SHIFT, key & mask, number) for key, number in account.parcels)


def set_aside(parcels: tuple) -> tuple[Parcel, ...]:
    return tuple((one.tradable_from_debit, one.lot_id, one.quantity) for one in parcels)


def chosen(numbers: list[int], pick: int) -> int:
    return numbers[pick % len(numbers)] if numbers else 0


def side(*, buys: bool) -> Side:
    return Side.BUY if buys else Side.SELL
