"""Rulebooks at a start: the first, the same again, and one of a newer release."""

import asyncio
from dataclasses import dataclass

import msgspec
import pytest
from structlog.testing import capture_logs

from exchange import shipped_rules
from exchange.app import make_projector
from exchange.clock import VirtualClock
from exchange.core.commands import ActivateRules
from exchange.core.rules import Rule
from exchange.observability import make_metrics
from exchange.rulebook.loader import load_rules
from exchange.sandbox import clock as sandbox_clock
from exchange.sequencer.batch import Limits
from exchange.sequencer.gateway import Gateway
from exchange.sequencer.sequencer import Sequencer
from tests.support.memory_journal import Faults, MemoryDatabase, MemoryJournal

SHIPPED = load_rules("carbon")


@dataclass
class Start:
    """What a ledger's rulebook was before a start, and what it is after."""

    rule_set: int
    rules: list[Rule]
    logged: list[dict]


def start(before: tuple[Rule, ...], *, additions: bool, times: int = 1) -> Start:
    """Open a ledger, let it have some rules, and bring them up."""

    async def scenario() -> Start:
        journal = MemoryJournal(MemoryDatabase(Faults()), "test")
        sequencer = Sequencer(
            "carbon",
            journal,
            VirtualClock(sandbox_clock.start_ns(0), rate=0),
            make_projector,
            limits=Limits(),
            metrics=make_metrics().ledger("carbon"),
        )
        await sequencer.start()
        gateway = Gateway([sequencer])
        if before:
            command = ActivateRules(before, "an earlier release")
            await gateway.submit("carbon", "0:earlier", command, shipped_rules.ACTOR)
        with capture_logs() as logged:
            for _ in range(times):
                await shipped_rules.bring_up(gateway, sequencer, additions=additions)
        book = sequencer.rulebook
        found = Start(book.rule_set, book.versions(), [dict(line) for line in logged])
        await sequencer.stop()
        return found

    return asyncio.run(scenario())


@pytest.mark.parametrize("additions", [False, True])
def test_a_ledger_without_rules_is_given_those_shipped_once(additions):
    found = start((), additions=additions, times=3)
    assert found.rules == list(SHIPPED)
    assert found.rule_set == 1
    assert found.logged == []


def test_what_a_newer_release_adds_is_activated_once():
    found = start(SHIPPED[:-3], additions=True, times=2)
    assert found.rules == list(SHIPPED)
    assert found.rule_set == 2


def test_elsewhere_it_waits_for_the_operator_and_the_start_says_so():
    found = start(SHIPPED[:-1], additions=False)
    assert found.rules == list(SHIPPED[:-1])
    (line,) = found.logged
    assert line["event"] == "shipped_rules_wait"
    assert line["rules"] == [f"{SHIPPED[-1].rule_id} {SHIPPED[-1].version}"]


def test_a_version_in_force_with_other_content_stays_and_is_told():
    other = msgspec.structs.replace(SHIPPED[0], source="another paper")
    found = start((other, *SHIPPED[1:-1]), additions=True)
    assert found.rules == [other, *SHIPPED[1:]]
    (line,) = found.logged
    assert line["event"] == "rules_differ_from_shipped"
    assert line["rules"] == [f"{other.rule_id} {other.version}"]
