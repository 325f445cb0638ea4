"""A market to test with: one ledger's venue, its clock, and a short way to say each command.

Amounts are decimal text as a market person writes them (`"10@48.00"`), read at the scale of the
asset and of the instrument. After every command the invariants are checked, and that a refused
command changed nothing but the sequence number.
"""

from datetime import date

import msgspec

from exchange.core import invariants, snapshot
from exchange.core.accounts import Account
from exchange.core.allocation.commands import IssueAllocation, PublishPlan
from exchange.core.allocation.content import (
    PlanContent,
    PlanRow,
    content_hash,
    encode_content,
)
from exchange.core.approvals.commands import ApproveRequest, RequestApproval
from exchange.core.calendar import midnight_ns
from exchange.core.commands import (
    ActivateRules,
    AdmitParticipant,
    AdvanceTime,
    AnyCommand,
    AuthoriseIssuance,
    CancelOrder,
    CreateTransfer,
    DefineAsset,
    DepositCash,
    IssueUnits,
    ListInstrument,
    PlaceOrder,
    ReplaceOrder,
    TransferLeg,
)
from exchange.core.events import AnyEvent, OrderCancelled, TradeExecuted
from exchange.core.outcomes import Outcome, Refusal, Sequenced, encode_command
from exchange.core.rules import Rule, RuleKind, RuleRef, read_day
from exchange.core.state import Instrument
from exchange.core.totals.commands import SetControlTotal
from exchange.core.types import AccountType, Day, Purpose
from exchange.core.units import parse_decimal
from exchange.core.venue import Venue
from exchange.rulebook.loader import load_rules
from matching import CancelReason, OrderType, SelfTradePrevention, Side, TimeInForce

START = "2026-03-02 09:35"
MINUTE_NS = 60_000_000_000


def at_ns(local: str) -> int:
    """Read `2026-03-02 09:35` (China Standard Time) as nanoseconds UTC."""
    day, _, clock = local.partition(" ")
    hours, _, minutes = clock.partition(":")
    return midnight_ns(read_day(day)) + (int(hours) * 60 + int(minutes)) * MINUTE_NS


def local_date(day: Day) -> str:
    return date.fromordinal(date(1970, 1, 1).toordinal() + day).isoformat()


def rule(
    rule_id: str,
    kind: RuleKind,
    *value: str,
    version: int = 99,
    valid_from: str = "2021-01-01",
    valid_to: str | None = None,
    source: str = "test",
) -> Rule:
    last = None if valid_to is None else read_day(valid_to)
    first = read_day(valid_from)
    return Rule(rule_id, version, kind, value, "", first, last, "规则", "rule", source, "design")


def order(
    participant_id: int,
    side: Side,
    quantity: int,
    price: int,
    words: str = "",
    instrument: int = 1,
) -> PlaceOrder:
    """Build an order from integers.

    Words: `mkt day gtd:2026-03-05 ioc fok post expires:DATE stp:oldest|both id:NAME`.
    """
    named = dict(word.split(":") for word in words.split() if ":" in word)
    plain = words.replace(":", " ").split()
    lives = [life for life in TimeInForce if life.name.lower() in plain]
    expires = named.get("gtd") or named.get("expires")
    return PlaceOrder(
        participant_id,
        named.get("id", ""),
        instrument,
        side,
        quantity,
        price,
        OrderType.MARKET if "mkt" in plain else OrderType.LIMIT,
        lives[0] if lives else TimeInForce.GTC,
        "post" in plain,
        read_day(expires) if expires else Day(0),
        SelfTradePrevention[f"CANCEL_{named.get('stp', 'newest').upper()}"],
    )


def trades(outcome: Outcome) -> list[str]:
    """Say who sold to whom, how much at what price."""
    return [
        f"{event.sell_order_id}>{event.buy_order_id} {event.quantity}@{event.price}"
        for event in outcome.events
        if isinstance(event, TradeExecuted)
    ]


def cancelled(outcome: Outcome) -> list[tuple[int, int, CancelReason]]:
    """Say which orders left the book, with how much, and why."""
    return [
        (event.order_id, event.quantity, event.reason)
        for event in outcome.events
        if isinstance(event, OrderCancelled)
    ]


def asking(command: AnyCommand, operator_id: int = 1) -> RequestApproval:
    """Ask for the approval of a command, as participant 90, until the last day possible."""
    owner = getattr(command, "participant_id", 0)
    kind = type(command).__name__
    return RequestApproval(90, operator_id, kind, owner, encode_command(command), Day(0))


def plan(*rows: tuple[str, int, int], plan_id: int = 1, version: int = 1, **changes) -> PlanContent:
    """A plan of asset 1 from (entity, participant, quantity)."""
    method = RuleRef(f"{changes.pop('ledger', 'carbon')}.allocation.formula.fixed", 1)
    content = PlanContent(
        plan_id,
        version,
        1,
        method,
        "2025",
        "",
        "",
        Day(0),
        Day(0),
        tuple(PlanRow(*row) for row in rows),
    )
    return msgspec.structs.replace(content, **changes)


def issuing(content: PlanContent) -> IssueAllocation:
    return IssueAllocation(content.plan_id, encode_content(content), "plan")


class Market:
    """One ledger at work. Numbers are given out from 1: the first asset is 1, and so on."""

    def __init__(self, ledger: str = "carbon", *, start: str = START, rules: bool = True) -> None:
        self.ledger = ledger
        self.venue = Venue(ledger)
        self.entries: list[Sequenced] = []
        self.outcomes: list[Outcome] = []
        self.now_ns = 0
        self._image = self._picture()
        self.advance(start)
        if rules:
            self.do(ActivateRules(load_rules(ledger), "rulebook"))

    # Commands

    def apply(self, command: AnyCommand) -> Outcome:
        """Apply one command now, and check what must hold after any."""
        entry = Sequenced(self.venue.state.seq + 1, self.now_ns, command)
        outcome = self.venue.apply(entry)
        self.entries.append(entry)
        self.outcomes.append(outcome)
        before, self._image = self._image, self._picture()
        if outcome.refusal is not None:
            assert not outcome.events
            assert self._image == before, "a refused command changed the state"
        assert invariants.violations(self.venue.state) == []
        return outcome

    def do(self, command: AnyCommand) -> tuple[AnyEvent, ...]:
        """Apply a command that must be accepted; return its events."""
        outcome = self.apply(command)
        assert outcome.refusal is None, outcome.refusal
        return outcome.events

    def refused(self, command: AnyCommand) -> Refusal:
        """Apply a command that must be refused; return why."""
        refusal = self.apply(command).refusal
        assert refusal is not None, "accepted"
        return refusal

    def advance(self, local: str) -> Outcome:
        """Move the clock: `2026-03-03 09:35`, or `10:00` of the same day."""
        if " " not in local:
            local = f"{local_date(self.venue.state.today)} {local}"
        self.now_ns = at_ns(local)
        return self.apply(AdvanceTime(self.now_ns))

    def activate(self, *rules: Rule) -> Outcome:
        return self.apply(ActivateRules(rules, "order of the regulator"))

    def admit(
        self,
        participant_id: int,
        account_type: AccountType = AccountType.COMPLIANCE_ENTITY,
        *,
        region: str = "",
        basin: str = "",
        sector: str = "",
        group: int = 0,
    ) -> Outcome:
        return self.apply(
            AdmitParticipant(participant_id, account_type, region, basin, sector, group, "notice")
        )

    def deposit(self, participant_id: int, yuan: str) -> Outcome:
        return self.apply(DepositCash(participant_id, parse_decimal(yuan, 2), "bank slip"))

    def define(
        self,
        code: str = "CEA25",
        kind: str = "CEA",
        *,
        scale: int = 0,
        region: str = "",
        basin: str = "",
    ) -> Outcome:
        return self.apply(
            DefineAsset(code, kind, "t", scale, "配额", "allowance", "2025", region, basin)
        )

    def authorise(self, quantity: str, asset: int = 1) -> Outcome:
        return self.apply(AuthoriseIssuance(asset, self.quantity(quantity, asset), "plan"))

    def issue(
        self, participant_id: int, quantity: str, asset: int = 1, *, tradable_from: str = ""
    ) -> Outcome:
        day = read_day(tradable_from) if tradable_from else Day(0)
        amount = self.quantity(quantity, asset)
        return self.apply(
            IssueUnits(asset, participant_id, amount, "2025", "", "", Day(0), Day(0), day, "plan")
        )

    def list(
        self,
        reference: str = "0",
        asset: int = 1,
        *,
        code: str = "CEA25",
        region: str = "",
        basin: str = "",
        sector: str = "",
    ) -> Outcome:
        scale = 3 if self.ledger == "water" else 2
        price = parse_decimal(reference, scale)
        return self.apply(
            ListInstrument(code, asset, "挂牌", "listing", price, region, basin, sector)
        )

    def place(self, participant_id: int, side: Side, text: str, instrument: int = 1) -> Outcome:
        """Enter an order: `10@48.00 day post`, or `10@mkt ioc`."""
        return self.apply(self.order(participant_id, side, text, instrument))

    def buy(self, participant_id: int, text: str, instrument: int = 1) -> Outcome:
        return self.place(participant_id, Side.BUY, text, instrument)

    def sell(self, participant_id: int, text: str, instrument: int = 1) -> Outcome:
        return self.place(participant_id, Side.SELL, text, instrument)

    def replace(self, participant_id: int, order_id: int, text: str) -> Outcome:
        open_order = self.venue.state.orders[order_id]
        quantity, price = self._terms(open_order.instrument, text)
        return self.apply(ReplaceOrder(participant_id, order_id, price, quantity))

    def cancel(self, participant_id: int, order_id: int) -> Outcome:
        return self.apply(CancelOrder(participant_id, order_id))

    def transfer(
        self, participant_id: int, *legs: tuple[Account, Account, int, int], pending: bool = False
    ) -> Outcome:
        """Move (debit, credit, quantity, lot) legs as one chain."""
        moved = tuple(
            TransferLeg(debit.account_id, credit.account_id, quantity, lot)
            for debit, credit, quantity, lot in legs
        )
        return self.apply(CreateTransfer(participant_id, moved, pending, "contract"))

    def ask(self, command: AnyCommand, operator_id: int = 1) -> Outcome:
        """Ask for the approval of an act, as an operator of participant 90."""
        return self.apply(asking(command, operator_id))

    def approve(self, approval_id: int = 0, operator_id: int = 2) -> Outcome:
        """Grant a request (0: the newest) as it was asked."""
        number = approval_id or self.venue.state.approvals.last
        pending = self.venue.state.approvals.pending[number]
        return self.apply(
            ApproveRequest(
                pending.participant_id, operator_id, number, pending.command_hash, pending.kind
            )
        )

    def agreed(self, command: AnyCommand) -> tuple[AnyEvent, ...]:
        """Have an act carried out by two people, which must succeed; return its events."""
        asked = self.ask(command)
        assert asked.refusal is None, asked.refusal
        outcome = self.approve()
        assert outcome.refusal is None, outcome.refusal
        return outcome.events[1:]

    def total(self, quantity: int, place: str = "", asset: int = 1) -> tuple[AnyEvent, ...]:
        return self.agreed(SetControlTotal(asset, place, quantity, "total"))

    def publish(self, content: PlanContent, until: str = "2026-03-09") -> Outcome:
        """Publish a plan's content as it is."""
        return self.apply(
            PublishPlan(
                content.plan_id,
                content.version,
                content.asset_id,
                content_hash(encode_content(content)),
                len(content.rows),
                sum(row.quantity for row in content.rows),
                read_day(until),
                "plan",
            )
        )

    # What is there

    def at(self, purpose: Purpose, place: str = "", asset: int = 1) -> int:
        """What is on an account of a control total."""
        return self.venue.state.accounts.house(asset, purpose, place).posted

    def order(self, participant_id: int, side: Side, text: str, instrument: int = 1) -> PlaceOrder:
        terms, _, words = text.partition(" ")
        if terms.endswith("@mkt"):
            terms, words = terms.replace("mkt", "0"), f"mkt {words}"
        quantity, price = self._terms(self.venue.state.instruments[instrument], terms)
        return order(participant_id, side, quantity, price, words, instrument)

    def quantity(self, text: str, asset: int = 1) -> int:
        return parse_decimal(text, self.venue.state.assets[asset].scale)

    def cash(self, participant_id: int) -> Account:
        return self.venue.state.participants[participant_id].cash

    def holding(self, participant_id: int, asset: int = 1) -> Account:
        return self.venue.state.participants[participant_id].holdings[asset]

    def house(self, purpose: Purpose, asset: int = 0) -> Account:
        return self.venue.state.accounts.house(asset, purpose)

    def instrument(self, instrument: int = 1) -> Instrument:
        return self.venue.state.instruments[instrument]

    def _terms(self, instrument: Instrument, text: str) -> tuple[int, int]:
        quantity, price = text.split("@")
        return (
            parse_decimal(quantity, instrument.asset.scale),
            parse_decimal(price, instrument.price_scale),
        )

    def _picture(self) -> bytes:
        """Return the state's canonical bytes as if no command had been counted."""
        state = self.venue.state
        seq, state.seq = state.seq, 0
        picture = snapshot.encode(state)
        state.seq = seq
        return picture


def carbon_market(reference: str = "48.00", *, start: str = START) -> Market:
    """A carbon market: 1 holds 100,000 t, 2 holds 100 million yuan, 3 holds some of both."""
    market = Market("carbon", start=start)
    market.define()
    market.authorise("1000000")
    for participant_id in (1, 2, 3):
        market.admit(participant_id)
    market.issue(1, "100000")
    market.issue(3, "1000")
    market.deposit(2, "100000000.00")
    market.deposit(3, "100000.00")
    market.list(reference)
    return market
