"""Whatever follows an issue, in any order: what members were given is what their series say."""

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.core.after_issue.state import Ground
from exchange.core.allocation.events import AllocationIssued
from exchange.core.events import TransferPosted
from exchange.core.rules import RuleKind
from exchange.core.types import TransferCode
from tests.core.after_issue_markets import (
    closing,
    deducted,
    deducting,
    final,
    publishing,
    truing_up,
)
from tests.core.allocation_markets import moving
from tests.support.builders import Market, local_date, rule

ENTITIES = (("a", 1), ("b", 2), ("c", 1), ("d", 5))
quantities = st.integers(0, 200)
cuts = st.one_of(
    st.builds(lambda quantity: {"quantity": quantity}, st.integers(1, 300)),
    st.builds(lambda ratio: {"ratio": ratio}, st.integers(1, 1_000_000)),
)
steps = st.one_of(
    st.tuples(st.just("true up"), st.lists(st.none() | quantities, min_size=4, max_size=4)),
    st.tuples(st.just("sell"), st.tuples(st.sampled_from((1, 2, 5)), st.integers(1, 200))),
    st.tuples(st.just("sell all"), st.sampled_from((1, 2, 5))),
    st.tuples(st.just("deduct"), st.tuples(st.sampled_from((1, 2)), cuts)),
    st.tuples(st.just("close"), st.tuples(st.sampled_from("abcd"), st.integers(0, 12))),
    st.tuples(st.just("move"), st.sampled_from(("150200", "150600"))),
    st.tuples(st.just("wait"), st.integers(1, 40)),
)


class Story:
    """A market in which steps are taken as far as they are allowed."""

    def __init__(self, m: Market) -> None:
        self.m = m
        self.plans = 1
        m.list("48.00")
        for member in (1, 2, 5):
            m.deposit(member, "10000000.00")
        m.activate(
            rule("carbon.allocation.objection_days_min", RuleKind.INTEGER, "0"),
            rule("carbon.allocation.clawback_days", RuleKind.INTEGER, "20"),
        )

    def take(self, step: tuple) -> None:
        what, terms = step
        getattr(self, what.replace(" ", "_"))(terms)

    def agree(self, act) -> None:
        if self.m.ask(act).refusal is None:
            self.m.approve()

    def wait(self, days: int) -> None:
        self.m.advance(f"{local_date(self.m.venue.state.today + days)} 09:35")

    def true_up(self, finals: list[int | None]) -> None:
        rows = [
            (*who, value) for who, value in zip(ENTITIES, finals, strict=True) if value is not None
        ]
        if not rows:
            return
        self.plans += 1
        phase = self.m.venue.state.after_issue.series[1].phase + 1
        content = final(*rows, plan_id=self.plans, phase=phase)
        self.m.do(publishing(content, until=local_date(self.m.venue.state.today)))
        self.wait(1)
        self.agree(truing_up(content))

    def sell_all(self, member: int) -> None:
        self.sell((member, max(self.m.holding(member).available, 1)))

    def sell(self, terms: tuple[int, int]) -> None:
        member, quantity = terms
        self.m.sell(member, f"{quantity}@48.00")
        self.m.buy(2 if member != 2 else 1, f"{quantity}@48.00")

    def deduct(self, terms: tuple[int, dict]) -> None:
        member, cut = terms
        self.agree(deducting(member_id=member, **cut))

    def close(self, terms: tuple[str, int]) -> None:
        self.agree(closing(*terms))

    def move(self, region: str) -> None:
        self.m.apply(moving(1, region))


def given_to(m: Market) -> dict[int, int]:
    """Add up from the events what each account was issued, less what it returned."""
    given: dict[int, int] = {}
    for event in [event for outcome in m.outcomes for event in outcome.events]:
        if isinstance(event, AllocationIssued):
            for entry in event.entries:
                given[entry.account_id] = given.get(entry.account_id, 0) + entry.quantity
        elif isinstance(event, TransferPosted) and event.parcels:
            sign = {TransferCode.ISSUE: 1, TransferCode.RETURN: -1}.get(event.code, 0)
            account = event.credit_account_id if sign > 0 else event.debit_account_id
            given[account] = given.get(account, 0) + sign * event.quantity
    return given


def said_of(m: Market, member: int) -> int:
    """What a member's entities were given, and what it kept of what was claimed."""
    after = m.venue.state.after_issue
    grants = [grant for series in after.series.values() for grant in series.grants.values()]
    owed = [claim.left for claim in after.claims.values() if claim.participant_id == member]
    kept = [
        each.quantity
        for each in after.deductions.values()
        if each.member_id == member and each.ground is Ground.CLAIM
    ]
    return sum(one.net for one in grants if one.participant_id == member) + sum(owed) + sum(kept)


@given(
    first=st.tuples(st.integers(1, 200), *[quantities] * 3),
    cut=cuts,
    story=st.lists(steps, min_size=5, max_size=14),
)
@settings(max_examples=60, deadline=None)
def test_members_have_what_their_series_say_or_owe_it(first, cut, story):
    rows = [(*who, value) for who, value in zip(ENTITIES, first, strict=True)]
    told = Story(deducted(deducting(**cut), rows=rows))
    for step in story:
        told.take(step)
        given = given_to(told.m)
        for member in (1, 2, 5):
            assert given.get(told.m.holding(member).account_id, 0) == said_of(told.m, member)
