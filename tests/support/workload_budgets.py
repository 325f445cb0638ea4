"""The part of the workload about projects, their budgets and obligations, and targets of places."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from exchange.core import commands as c
from exchange.core.approvals.commands import ApproveRequest
from exchange.core.budgets.commands import (
    AdjustBudget,
    CloseProject,
    CoverObligation,
    ListPriority,
    RecordUse,
    RegisterProject,
    SetIndicator,
    StartProject,
)
from exchange.core.budgets.obligations import outstanding
from exchange.core.budgets.state import Project, Stage
from exchange.core.outcomes import encode_command
from exchange.core.rules import Rule, RuleKind
from exchange.core.totals.commands import SetAside
from tests.support.builders import asking, rule
from tests.support.workload_allocation import BAOTOU, ORDOS, PLACES, TwoPeople

UNITS = (
    "input new_energy t 3",
    "input factor 1 2",
    "range factor 0.3 1",
    "result = ceiling(new_energy * factor, 3)",
)
PRICE = ("input price yuan/t 2", "result = half_up(price, 2)")
FACTOR, LOW, PAID = (("factor", "0.5"),), (("factor", "0.2"),), (("price", "2.00"),)
SAVED = "saved"


def _rules(ledger: str) -> tuple[Rule, ...]:
    """Have units delivered in general and money paid at one place; red blocks everywhere."""
    method = f"{ledger}.budgets.obligation_method"
    price = rule(f"{ledger}.obligation.formula.by_price", RuleKind.FORMULA, *PRICE)
    return (
        rule(f"{ledger}.obligation.formula.by_units", RuleKind.FORMULA, *UNITS),
        msgspec.structs.replace(price, unit="yuan/t"),
        rule(method, RuleKind.NAMES, "by_units"),
        rule(f"{method}.{ORDOS}", RuleKind.NAMES, "by_price"),
        rule(f"{ledger}.budgets.priority_first", RuleKind.FLAG, "true"),
        rule(f"{ledger}.indicators.red_blocks", RuleKind.FLAG, "true"),
    )


class Projects(TwoPeople):
    """Projects at random under the totals of the tracked asset, and how its places stand."""

    scene: Any

    def opening_budgets(self) -> Iterator[c.AnyCommand]:
        """Take one project through all it can do and cannot, another pay; report two targets."""
        yield c.ActivateRules(_rules(self.ledger), "projects")
        number = len(self.state.budgets.projects) + 1
        sound = self._project(8, BAOTOU, "opening-1", FACTOR)
        yield asking(msgspec.structs.replace(sound, inputs=LOW))
        yield asking(msgspec.structs.replace(sound, renewable=10_000))
        yield from self._agreeing(sound)
        yield asking(sound)  # refused: it is there
        yield asking(RecordUse(number, 1, 0, 0, "too early"))
        yield StartProject(8, number)  # refused: nothing is covered
        yield CoverObligation(8, number, 501)  # refused: too much
        yield CoverObligation(8, number, 500)
        yield StartProject(8, number)
        yield asking(RecordUse(number, 10_000, 0, 0, "too much"))
        yield from self._agreeing(RecordUse(number, 100, 5, 5, "used"))
        yield from self._agreeing(SetAside(self.tracked, BAOTOU, SAVED, 50, "saved"))
        old = self._project(1, ORDOS, "opening-2", PAID)
        yield asking(msgspec.structs.replace(old, pot=SAVED))  # refused: on no list
        yield from self._agreeing(ListPriority(number, True, "list"))
        yield from self._agreeing(AdjustBudget(number, -10, SAVED, "recalled"))
        yield from self._agreeing(old)
        yield CoverObligation(1, number + 1, 100)
        yield from self._agreeing(CloseProject(number + 1, "closed"))
        for place, value in ((BAOTOU, 90), (ORDOS, 101)):
            yield from self._agreeing(self._report(place, value))
        stale = self._report(ORDOS, 1)
        yield asking(msgspec.structs.replace(stale, period="2024"))
        yield asking(msgspec.structs.replace(stale, name="none"))

    def budget_choices(self) -> list[tuple[int, Callable[[], c.AnyCommand]]]:
        return [
            (6, lambda: asking(self._budget_act(), self.random.randrange(1, 4))),
            (2, self._cover),
            (2, self._start),
            (1, lambda: asking(self._indicator(), self.random.randrange(1, 4))),
        ]

    def _agreeing(self, act: c.AnyCommand) -> Iterator[c.AnyCommand]:
        yield asking(act)
        told = hashlib.sha256(encode_command(act)).digest()
        owner = getattr(act, "participant_id", 0)
        yield ApproveRequest(owner, 2, self.state.approvals.last, told, type(act).__name__)

    def _project(
        self, who: int, place: str, code: str, inputs: tuple[tuple[str, str], ...]
    ) -> RegisterProject:
        terms = (1_000, 10, 5, 12_000, True, inputs, "", "project")
        return RegisterProject(who, self.tracked, place, code, *terms)

    def _report(self, place: str, value: int) -> SetIndicator:
        kind = self.scene.kinds[0][0]
        terms = ("2026", True, 100, value, 0, "t", "statistics", "report")
        return SetIndicator(kind, place, "total", *terms)

    def _some(self, stage: Stage | None = None) -> Project | None:
        """Choose a project, of one stage if there is one."""
        known = list(self.state.budgets.projects.values())
        fitting = [each for each in known if stage is None or each.stage is stage]
        return self.random.choice(fitting or known) if known else None

    def _number(self, stage: Stage | None = None) -> int:
        found = self._some(stage)
        return 99 if found is None or self.random.random() < 0.05 else found.project_id

    def _budget_act(self) -> c.AnyCommand:
        random = self.random
        pot = random.choice(("", "", "", SAVED, "idle", "none"))
        kind = random.randrange(12)
        if kind < 5:
            return self._register(pot)
        if kind < 7:
            change = random.randrange(-300, 300) if random.random() < 0.9 else 0
            return AdjustBudget(self._number(Stage.REGISTERED), change, pot, "change")
        if kind < 10:
            energy = random.randrange(-2, 400)
            renewable = random.randrange(30)
            return RecordUse(self._number(Stage.STARTED), energy, renewable, 1, "used")
        if kind == 10:
            return ListPriority(self._number(), random.random() < 0.7, "list")
        return CloseProject(self._number(), "closed")

    def _register(self, pot: str) -> RegisterProject:
        random = self.random
        sane = random.random() < 0.6
        place = random.choice((BAOTOU, ORDOS) if sane else PLACES)
        usual = PAID if place == ORDOS else FACTOR
        inputs = usual if sane else random.choice((usual, PAID, LOW))
        sound = self._project(
            random.randrange(1, 10), place, f"project-{random.randrange(40)}", inputs
        )
        return msgspec.structs.replace(
            sound,
            energy=random.randrange(1 if sane else -200, 900),
            renewable=0 if sane else random.choice((0, 10, 1_000)),
            feedstock=0,
            new=random.random() < 0.6,
            pot="" if sane else pot,
        )

    def _cover(self) -> CoverObligation:
        random = self.random
        found = self._some(Stage.REGISTERED)
        if found is None:
            return CoverObligation(1, 99, 1)
        most = outstanding(found)
        quantity = random.choice((most, most, max(most // 2, 1), most + 1, 0))
        return CoverObligation(found.participant_id, found.project_id, quantity)

    def _start(self) -> StartProject:
        found = self._some(Stage.REGISTERED)
        if found is None:
            return StartProject(1, 99)
        stranger = self.random.random() < 0.05
        return StartProject(90 if stranger else found.participant_id, found.project_id)

    def _indicator(self) -> SetIndicator:
        random = self.random
        place = random.choice((ORDOS, ORDOS, *PLACES))
        most = 105 if place == ORDOS else 100  # most members live elsewhere, and are to trade
        report = self._report(place, random.randrange(80, most + 1))
        spoilt: tuple[dict[str, object], ...] = (
            {"kind": "none"},
            {"name": "none"},
            {"period": "2024"},
            {"target": 0},
        )
        if random.random() < 0.2:
            return msgspec.structs.replace(report, **random.choice(spoilt))
        return report
