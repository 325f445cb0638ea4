"""A ledger of its own on a database: opened with two members, traded on, left as by a crash."""

import asyncio

from exchange.app import make_projector
from exchange.clock import VirtualClock
from exchange.core.commands import (
    ActivateRules,
    AdmitParticipant,
    AuthoriseIssuance,
    DefineAsset,
    DepositCash,
    IssueUnits,
    ListInstrument,
    PlaceOrder,
)
from exchange.core.receipts import Committed
from exchange.observability import make_metrics
from exchange.rulebook.loader import load_rules
from exchange.sandbox import clock as sandbox_clock
from exchange.sequencer.batch import Limits
from exchange.sequencer.postgres import PostgresJournal
from exchange.sequencer.sequencer import Sequencer
from matching import OrderType, SelfTradePrevention, TimeInForce

CARBON = 1


def sequencer(dsn, journal=None, limits=None):
    return Sequencer(
        "carbon",
        journal or PostgresJournal(dsn, CARBON, "test"),
        VirtualClock(sandbox_clock.start_ns(0), rate=0),
        make_projector,
        limits=limits or Limits(),
        metrics=make_metrics().ledger("carbon"),
    )


async def open_market(dsn, journal=None):
    """Return a started sequencer with two members who hold money and units of CEA24."""
    started = sequencer(dsn, journal)
    await started.start()
    commands = [
        ActivateRules(load_rules("carbon"), "test"),
        DefineAsset("CEA24", "CEA", "tCO2e", 0, "配额", "allowance", "2024", "", ""),
        AuthoriseIssuance(1, 1_000_000, "test"),
    ]
    for member in (1, 2):
        commands.append(
            AdmitParticipant(member, "compliance_entity", "150100", "", "steel", 0, "test")
        )
        commands.append(DepositCash(member, 10_000_000_00, "test"))
        commands.append(IssueUnits(1, member, 10_000, "2024", "", "", 0, 0, 0, "test"))
    commands.append(ListInstrument("CEA24", 1, "配额", "allowance", 9800, "", "", ""))
    named = [(f"setup:{number}", command) for number, command in enumerate(commands)]
    results = await started.submit(named, 0, 0)
    assert all(isinstance(r, Committed) and r.outcome.refusal is None for r in results), results
    return started


def order(member, side, quantity=10, price=9800, name="o"):
    return PlaceOrder(
        member,
        name,
        1,
        side,
        quantity,
        price,
        OrderType.LIMIT,
        TimeInForce.GTC,
        False,
        0,
        SelfTradePrevention.CANCEL_NEWEST,
    )


async def crash(running):
    """Leave everything as a killed process would."""
    running._task.cancel()
    await asyncio.wait([running._task])
    await running._journal.close()
