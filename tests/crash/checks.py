"""Holds what the database and the server say against the log of what was sent.

By the database: an acknowledged command is in the journal exactly once with the acknowledged
outcome; what its events say is in the projections, and nothing else is. By the server: a repeat
gets the first outcome and says so; another body under the same id is refused. And by the project's
own recovery, run here as a second witness: replay, invariants, balances.
"""

import asyncio
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import httpx2

from exchange.core.events import OrderAccepted
from exchange.core.outcomes import decode_events, decode_refusal
from exchange.core.reasons import RejectReason
from exchange.rulebook.loader import load_ledgers
from exchange.sequencer.postgres import PostgresJournal
from exchange.sequencer.recovery import RecoveryError, recover
from tests.crash.load import Sent, ask
from tests.crash.processes import home
from tests.support.server import TLS, Sandbox

LEDGERS = {ledger.code: ledger.number for ledger in load_ledgers()}
REASONS = {reason.value for reason in RejectReason}
UNKNOWN = {"ledger_unavailable", "database_unavailable", "queue_full"}


class Violation(AssertionError):
    """A promise was broken; the text says which, and of which command."""


def address(state: Path) -> str:
    password = (state / "postgres.password").read_text().strip()
    run = quote(str((home(state) / "run").resolve()))
    return f"postgresql://steppe:{password}@/steppe?host={run}&port=5432"


def outcomes(sent: Sent) -> Iterable[tuple[str, dict[str, Any] | None]]:
    """What was acknowledged of each command: a refusal's code and the receipt; None if unknown."""
    if not sent.acknowledged:
        for name in sent.names:
            yield name, None
    elif sent.kind == "independent" and sent.status == 200:
        for name, result in zip(sent.names, sent.answer["results"], strict=True):
            code = (result.get("problem") or {}).get("code", "")
            known = {"code": code, "receipt": result.get("order") or {}}
            yield name, None if code in UNKNOWN else known
    else:
        code = sent.answer.get("code", "") if sent.status >= 400 else ""
        for name in sent.names:
            yield name, {"code": code, "receipt": sent.answer}


async def check_database(dsn: str, log: list[Sent]) -> set[str]:
    """Check a part of the log; return the ids that are in the journal. Raises: Violation."""
    connection = await asyncpg.connect(dsn)
    try:
        names = [name for sent in log for name in sent.names]
        rows = await connection.fetch(
            "SELECT ledger, command_id, seq, refusal, events FROM journal"
            " WHERE ledger = ANY($1) AND command_id = ANY($2)",
            list(LEDGERS.values()),
            names,
        )
        if len(rows) != len({row["command_id"] for row in rows}):
            raise Violation("a command is in the journal twice")
        kept = {row["command_id"]: row for row in rows}
        for sent in log:
            for name, known in outcomes(sent):
                if known is not None:
                    _check_one(sent, name, known, kept.get(name))
        await _check_orders(connection, log, kept)
        await _check_transfers(connection, log, kept)
        await _check_sums(connection)
    finally:
        await connection.close()
    return set(kept)


def _check_one(sent: Sent, name: str, known: dict[str, Any], row: Any) -> None:
    code, receipt = known["code"], known["receipt"]
    if row is None:
        if code and code not in REASONS:
            return  # refused at the edge, before it became a command
        raise Violation(f"acknowledged and lost: {name} ({sent.kind}, {code or 'accepted'})")
    refusal = "" if row["refusal"] is None else decode_refusal(row["refusal"]).reason.value
    if refusal != code:
        raise Violation(f"{name} was answered {code!r}, the journal says {refusal!r}")
    sequence = receipt.get("sequence")
    if sequence is not None and sent.kind not in ("cancel", "replace") and sequence != row["seq"]:
        raise Violation(f"{name} was answered as {sequence}, the journal has it at {row['seq']}")


async def _check_orders(connection: Any, log: list[Sent], kept: dict[str, Any]) -> None:
    """The orders of the log that exist are those that journalled commands opened."""
    asked = [
        terms["client_order_id"]
        for sent in log
        for terms in (sent.body or {}).get("orders", [sent.body or {}])
        if "client_order_id" in terms
    ]
    rows = await connection.fetch(
        "SELECT client_order_id FROM orders WHERE client_order_id = ANY($1)", asked
    )
    opened = [
        event.client_order_id
        for row in kept.values()
        for event in decode_events(row["events"])
        if isinstance(event, OrderAccepted)
    ]
    if sorted(opened) != sorted(row["client_order_id"] for row in rows):
        raise Violation("orders differ from what the journal opened: a command is there in part")


async def _check_transfers(connection: Any, log: list[Sent], kept: dict[str, Any]) -> None:
    """A transfer or a deposit has all its legs, or none."""
    moving = {sent.key: sent for sent in log if sent.kind in ("posted", "pending", "deposit")}
    rows = await connection.fetch(
        "SELECT reference, count(DISTINCT transfer_id) AS legs FROM transfers"
        " WHERE reference = ANY($1) GROUP BY reference",
        list(moving),
    )
    legs = {row["reference"]: row["legs"] for row in rows}
    for key, sent in moving.items():
        row = kept.get(sent.names[0])
        wanted = 0 if row is None or row["refusal"] is not None else len(sent.body.get("legs", "1"))
        if legs.get(key, 0) != wanted:
            raise Violation(f"{sent.names[0]} moved {legs.get(key, 0)} of {wanted} legs")


async def _check_sums(connection: Any) -> None:
    rows = await connection.fetch(
        "SELECT ledger, asset_id, sum(posted) AS total FROM accounts"
        " GROUP BY ledger, asset_id HAVING sum(posted) <> 0"
    )
    if rows:
        raise Violation(f"assets do not sum to zero: {[tuple(row) for row in rows]}")
    rows = await connection.fetch(
        "SELECT a.ledger, a.account_id, a.held, coalesce(sum(o.leaves), 0) AS asked"
        " FROM accounts a JOIN instruments i ON i.ledger = a.ledger AND i.asset_id = a.asset_id"
        " JOIN orders o ON o.ledger = a.ledger AND o.instrument_id = i.instrument_id"
        " AND o.participant_id = a.participant_id AND o.side = 2"
        " AND o.leaves > 0 AND o.cancel_reason = 0"
        " WHERE a.purpose = 'holding' GROUP BY a.ledger, a.account_id, a.held"
        " HAVING a.held < sum(o.leaves)"
    )
    if rows:
        raise Violation(f"open sales hold less than they sell: {[tuple(row) for row in rows]}")


async def check_recovery(dsn: str) -> dict[str, int]:
    """Recover every ledger here, as a server would; return their sequence numbers."""
    found = {}
    for code, number in LEDGERS.items():
        journal = PostgresJournal(dsn, number, "witness")
        try:
            found[code] = await _recovered(journal, code)
        finally:
            await journal.close()
    return found


async def _recovered(journal: PostgresJournal, code: str) -> int:
    """Recover one ledger; anew when the server's clock moved it on meanwhile."""
    query = "SELECT last_seq FROM leases WHERE ledger = $1"
    while True:
        (before,) = await journal._fetch(query)
        try:
            return (await recover(journal, code, before["last_seq"])).venue.state.seq
        except RecoveryError as fault:
            (after,) = await journal._fetch(query)
            if after == before:
                raise Violation(str(fault)) from fault


async def check_repeats(
    sandbox: Sandbox, log: list[Sent], journalled: set[str], rng: random.Random, sample: int
) -> list[Sent]:
    """Repeat every request without an answer, and a sample of those with one.

    Returns what is now acknowledged. Raises: Violation.
    """
    silent = [sent for sent in log if any(known is None for _, known in outcomes(sent))]
    known = [sent for sent in log if sent.acknowledged and sent not in silent]
    learnt = []
    async with httpx2.AsyncClient(base_url=sandbox.address, timeout=60, verify=TLS) as http:
        for sent in silent:
            first = await _asked(http, sandbox, sent)
            if sent.kind != "independent" and set(sent.names) <= journalled and not first.replayed:
                raise Violation(f"{sent.names} was journalled and its repeat counted as new")
            await _check_repeat(http, sandbox, first)
            learnt.append(first)
        for sent in rng.sample(known, min(sample, len(known))):
            await _check_repeat(http, sandbox, sent)
        for sent in rng.sample(known, min(sample // 3, len(known))):
            await _check_other_body(http, sandbox, sent)
    return learnt


async def _asked(http: httpx2.AsyncClient, sandbox: Sandbox, sent: Sent) -> Sent:
    """Send again until there is an answer: a pool may have to notice that its sessions are gone."""
    for _ in range(100):
        answered = await ask(http, sandbox, sent)
        if all(known is not None for _, known in outcomes(answered)):
            return answered
        await asyncio.sleep(0.1)
    raise Violation(f"{sent.names} gets no answer: {answered.status} {answered.answer}")


async def _check_repeat(http: httpx2.AsyncClient, sandbox: Sandbox, first: Sent) -> None:
    again = await _asked(http, sandbox, first)
    if (again.status, essence(again)) != (first.status, essence(first)):
        raise Violation(
            f"{first.names} was answered {first.status} {essence(first)},"
            f" its repeat {again.status} {essence(again)}"
        )
    edge = again.status >= 400 and again.answer.get("code") not in REASONS
    if not again.replayed and first.kind != "independent" and not edge:
        raise Violation(f"the repeat of {first.names} does not say that it is one")


def essence(sent: Sent) -> Any:
    """That part of an answer which may not change with time."""
    answer = sent.answer
    if sent.status >= 400:
        return answer.get("code"), answer.get("rule")
    if sent.kind in ("cancel", "replace"):
        return answer["order_id"]
    if sent.kind in ("posted", "pending", "post", "void"):
        return answer["sequence"], answer["chain_id"], answer["accepted_at"]
    if sent.kind == "independent":
        return [
            (result["status"], result.get("order"), (result.get("problem") or {}).get("code"))
            for result in answer["results"]
        ]
    return answer


async def _check_other_body(http: httpx2.AsyncClient, sandbox: Sandbox, sent: Sent) -> None:
    if sent.kind not in ("order", "deposit") or essence(sent) is None:
        return
    if sent.status >= 400 and sent.answer.get("code") not in REASONS:
        return
    name = "quantity" if sent.kind == "order" else "amount"
    body = {**(sent.body or {}), name: "777"}
    other = Sent(sent.kind, sent.member, sent.ledger, sent.path, body, sent.key, sent.names)
    answered = await _asked(http, sandbox, other)
    code = "client_order_id_reused" if sent.kind == "order" else "idempotency_key_reused"
    if answered.answer.get("code") != code:
        raise Violation(f"{sent.names} with another body: {answered.status} {answered.answer}")


async def check_names(dsn: str, names: list[str]) -> None:
    """Every one of some command ids is in the journal. Raises: Violation."""
    connection = await asyncpg.connect(dsn)
    try:
        for first in range(0, len(names), 5_000):
            page = names[first : first + 5_000]
            found = await connection.fetchval(
                "SELECT count(*) FROM journal WHERE ledger = ANY($1) AND command_id = ANY($2)",
                list(LEDGERS.values()),
                page,
            )
            if found != len(page):
                raise Violation(f"{len(page) - found} commands went from the journal")
    finally:
        await connection.close()
