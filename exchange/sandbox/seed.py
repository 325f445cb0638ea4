"""The sandbox's opening state: members, rights, instruments, balances.

All that moves goes through the gateway as commands with fixed ids, so planting twice plants once; a
plant that was cut off goes on where it stopped.
"""

import asyncio
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exchange.api.directory import Directory
from exchange.api.edge import Gateway
from exchange.api.secrets import HASHER
from exchange.clock import Clock
from exchange.core.commands import (
    AdmitParticipant,
    AnyCommand,
    AuthoriseIssuance,
    DefineAsset,
    DepositCash,
    IssueUnits,
    ListInstrument,
)
from exchange.core.mandates import SystemActor
from exchange.core.types import CASH_SCALE, AssetId, Day, ParticipantId, Role, Scope
from exchange.core.units import decimals, parse_decimal
from exchange.ids import PARTICIPANT, numbered
from exchange.rulebook.loader import load_ledgers, load_rules
from exchange.sandbox.members import CASH_YUAN, MEMBERS, RIGHTS, Member, Right
from exchange.storage.durable import write_whole
from exchange.storage.tables_back_office import keys, operators, participants

FILE = "sandbox-credentials.json"
DOCUMENT = "opening of the sandbox"
HEADROOM = 100
"""The cap of each right, as a multiple of what is issued at first."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A way into the sandbox, shown once and kept in the state folder for its owner alone."""

    name: str
    participant_id: str
    role: str
    client_id: str
    client_secret: str


async def plant(
    engine: AsyncEngine, gateway: Gateway, clock: Clock, state_folder: Path
) -> list[Credential]:
    """Make the sandbox what it should be at first; return the credentials of its members."""
    path = state_folder / FILE
    numbers, credentials = await _members(engine, clock.now_ns(), path)
    for ledger in load_ledgers():
        await _Planting(gateway, ledger.code, numbers).run(engine)
    return credentials


async def _members(
    engine: AsyncEngine, now_ns: int, path: Path
) -> tuple[dict[str, int], list[Credential]]:
    """Register members that are missing, each with one operator and one secret."""
    known = await asyncio.to_thread(_kept, path)
    numbers: dict[str, int] = {}
    async with engine.begin() as connection:
        rows = await connection.execute(
            select(participants.c.participant_id, participants.c.contact)
        )
        numbers = {
            row.contact.removeprefix("sandbox:"): row.participant_id
            for row in rows
            if row.contact.startswith("sandbox:")
        }
        for member in MEMBERS:
            if member.name in numbers:
                continue
            number, credential = await _register(connection, member, now_ns)
            numbers[member.name], known[member.name] = number, credential
        await asyncio.to_thread(_keep, path, list(known.values()))
    return numbers, list(known.values())


async def _register(
    connection: AsyncConnection, member: Member, now_ns: int
) -> tuple[int, Credential]:
    made = insert(participants).values(
        name_zh=member.name_zh,
        name_en=member.name,
        role=member.role.value,
        region=member.region,
        contact=f"sandbox:{member.name}",
        version=1,
        created_at_ns=now_ns,
    )
    number = (await connection.execute(made.returning(participants.c.participant_id))).scalar_one()
    operator = insert(operators).values(
        participant_id=number,
        name=member.name,
        scopes=[scope.value for scope in Scope],
        ledgers=[],
        status="active",
        version=1,
        created_at_ns=now_ns,
    )
    operator_id = (
        await connection.execute(operator.returning(operators.c.operator_id))
    ).scalar_one()
    secret = secrets.token_urlsafe(18)
    key_id = f"k_{secrets.token_hex(12)}"
    hashed = await asyncio.to_thread(HASHER.hash, secret)
    await connection.execute(
        insert(keys).values(
            key_id=key_id,
            operator_id=operator_id,
            label="sandbox",
            secret_hash=hashed,
            status="active",
            created_at_ns=now_ns,
        )
    )
    credential = Credential(
        member.name, numbered(PARTICIPANT, number), member.role.value, key_id, secret
    )
    return number, credential


def _kept(path: Path) -> dict[str, Credential]:
    if not path.exists():
        return {}
    return {entry["name"]: Credential(**entry) for entry in json.loads(path.read_text())}


def _keep(path: Path, credentials: list[Credential]) -> None:
    content = json.dumps([asdict(credential) for credential in credentials], indent=1).encode()
    if not path.exists() or path.read_bytes() != content:
        write_whole(path, content)


class _Planting:
    """The commands that open one ledger, in order."""

    def __init__(self, gateway: Gateway, ledger: str, numbers: dict[str, int]) -> None:
        self._gateway = gateway
        self._ledger = ledger
        self._numbers = numbers
        self._batch: list[tuple[str, AnyCommand]] = []

    async def run(self, engine: AsyncEngine) -> None:
        members = [member for member in MEMBERS if self._ledger in member.ledgers]
        for member in members:
            self._admit(member)
        await self._submit(Role.EXCHANGE_OPERATOR)
        for member in members:
            deposit = DepositCash(self._id(member), CASH_YUAN * 100, DOCUMENT)
            self._add(f"cash:{member.name}", deposit)
        await self._submit(Role.CLEARING)
        rights = [right for right in RIGHTS if right.ledger == self._ledger]
        for right in rights:
            self._define(right)
        await self._submit(Role.EXCHANGE_OPERATOR)
        codes = {definition.number: definition.code for definition in load_ledgers()}
        directory = Directory(engine, codes)
        for right in rights:
            facts = await directory.asset(self._ledger, right.code)
            self._issue(right, facts.asset_id, members)
        await self._submit(Role.REGULATOR)
        for right in rights:
            facts = await directory.asset(self._ledger, right.code)
            self._list(right, facts.asset_id)
        await self._submit(Role.EXCHANGE_OPERATOR)

    def _id(self, member: Member) -> ParticipantId:
        return ParticipantId(self._numbers[member.name])

    def _add(self, name: str, command: AnyCommand) -> None:
        self._batch.append((f"0:sandbox:{name}", command))

    async def _submit(self, role: Role) -> None:
        batch, self._batch = self._batch, []
        for result in await self._gateway.submit_many(self._ledger, batch, SystemActor(role)):
            if isinstance(result, Exception):
                raise result
            refusal = result.outcome.refusal
            if refusal is not None:
                raise RuntimeError(f"{self._ledger}: the sandbox cannot open: {refusal}")

    def _admit(self, member: Member) -> None:
        command = AdmitParticipant(
            self._id(member),
            member.account_type,
            member.region,
            member.basin,
            member.sector,
            0,
            DOCUMENT,
        )
        self._add(f"admit:{member.name}", command)

    def _define(self, right: Right) -> None:
        command = DefineAsset(
            right.code,
            right.kind,
            right.unit,
            right.scale,
            right.title_zh,
            right.title_en,
            right.vintage,
            right.region,
            right.basin,
        )
        self._add(f"asset:{right.code}", command)

    def _issue(self, right: Right, asset_id: AssetId, members: list[Member]) -> None:
        each = right.each * 10**right.scale
        holders = [member for member in members if _holds(right, member)]
        cap = AuthoriseIssuance(asset_id, each * HEADROOM, DOCUMENT)
        self._add(f"cap:{right.code}", cap)
        for member in holders:
            command = IssueUnits(
                asset_id,
                self._id(member),
                each,
                right.vintage,
                right.region,
                right.basin,
                Day(0),
                Day(0),
                Day(0),
                DOCUMENT,
            )
            self._add(f"issue:{right.code}:{member.name}", command)

    def _list(self, right: Right, asset_id: AssetId) -> None:
        name = f"{self._ledger}.trading.price_tick"
        tick = next(rule for rule in load_rules(self._ledger) if rule.rule_id == name)
        price_scale = max(CASH_SCALE, decimals(tick.value[0]))
        for suffix, sector in right.markets:
            command = ListInstrument(
                right.code + suffix,
                asset_id,
                right.title_zh,
                right.title_en,
                parse_decimal(right.price, price_scale),
                right.region,
                right.basin,
                sector,
            )
            self._add(f"list:{right.code}{suffix}", command)


def _holds(right: Right, member: Member) -> bool:
    """Tell whether a member begins with some of a right: those in its region or basin do."""
    if member.role is not Role.ENTERPRISE:
        return False
    if right.region:
        return member.region == right.region
    return not right.basin or member.basin == right.basin
