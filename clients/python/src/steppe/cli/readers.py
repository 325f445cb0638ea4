"""Reading what people type and the files they name. Every fault is a usage error."""

import csv
import sys
import tomllib
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import typer

from steppe.amounts import decimal_text
from steppe.models import (
    Attachment,
    ListedEntity,
    NewOrder,
    PlanFile,
    PlanRow,
    ReportSource,
    Rule,
    Substitution,
    SurrenderItem,
    TransferLeg,
)

T = TypeVar("T")


class _OrderRow(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An order as files have it: misspelt names are faults, numbers keep their digits."""

    instrument: str
    side: str
    quantity: Decimal
    price: Decimal | None = None
    order_type: str | None = None
    time_in_force: str | None = None
    post_only: bool | None = None
    good_till_date: date | None = None
    self_trade_prevention: str | None = None
    client_order_id: str | None = None


class _EntityRow(msgspec.Struct, forbid_unknown_fields=True):
    """An entity as files have it."""

    entity: str
    participant_id: str
    threshold: Decimal
    ground: str
    listed: bool = True


class _SourceRow(msgspec.Struct, forbid_unknown_fields=True):
    """A source of a report as files have it."""

    name: str
    kind: str
    activity: Decimal
    activity_unit: str
    factor: Decimal
    factor_unit: str


def amount(text: str) -> Decimal:
    """Read a decimal number."""
    return _checked(lambda: Decimal(decimal_text(text)))


def day(text: str) -> date:
    """Read a local day."""
    return _checked(lambda: date.fromisoformat(text))


def moment(text: str) -> datetime:
    """Read a time with its zone."""
    value = _checked(lambda: datetime.fromisoformat(text))
    if value.tzinfo is None:
        raise typer.BadParameter("a time needs its zone: 2026-03-02T09:35:00+08:00")
    return value


def version(text: str) -> int | str:
    """Read a version number, or an ETag as it stands."""
    return int(text) if text.isascii() and text.isdigit() else text


def leg(text: str) -> TransferLeg:
    """Read one movement of a transfer."""
    parts = text.split(":")
    if len(parts) not in {3, 4}:
        raise typer.BadParameter("a leg is DEBIT:CREDIT:QUANTITY or DEBIT:CREDIT:QUANTITY:LOT")
    debit, credit, quantity = parts[:3]
    return TransferLeg(
        debit_account_id=debit,
        credit_account_id=credit,
        quantity=amount(quantity),
        lot_id=parts[3] if len(parts) == 4 else None,
    )


def substitution(text: str) -> Substitution:
    """Read a reduction elsewhere; its source may have colons."""
    kind, _, rest = text.partition(":")
    quantity, sign, source = rest.partition(":")
    if not (sign and source):
        raise typer.BadParameter("a substitution is KIND:QUANTITY:SOURCE")
    return Substitution(kind=kind, quantity=amount(quantity), source=source)


def item(text: str) -> SurrenderItem:
    """Read so much of one lot."""
    lot_id, sign, quantity = text.partition(":")
    if not sign:
        raise typer.BadParameter("an item is LOT:QUANTITY")
    return SurrenderItem(lot_id=lot_id, quantity=amount(quantity))


def assignment(text: str) -> tuple[str, str]:
    """Read a name and its value."""
    name, sign, value = text.partition("=")
    if not (name and sign):
        raise typer.BadParameter("an input is NAME=VALUE")
    return name, value


def orders(name: str) -> list[NewOrder]:
    """Read a file of orders."""
    data = _bytes(name)
    if name.lower().endswith(".csv"):
        rows = csv.DictReader(_text(data).splitlines())
        plain = [{key: value for key, value in row.items() if value} for row in rows]
        found = _checked(lambda: msgspec.convert(plain, list[_OrderRow], strict=False))
    else:
        found = _checked(lambda: msgspec.json.decode(data, type=list[_OrderRow]))
    return [NewOrder(**msgspec.to_builtins(row, builtin_types=(Decimal, date))) for row in found]


def plan_rows(name: str) -> list[PlanRow]:
    """Read a file of a plan's rows."""
    return _rows(name, PlanRow)


def entities(name: str) -> list[ListedEntity]:
    """Read a file of entities that owe."""
    return [ListedEntity(**msgspec.structs.asdict(row)) for row in _rows(name, _EntityRow)]


def sources(name: str) -> list[ReportSource]:
    """Read a file of a report's sources."""
    return [ReportSource(**msgspec.structs.asdict(row)) for row in _rows(name, _SourceRow)]


def attachments(name: str) -> list[Attachment]:
    """Read a file of a report's attachments."""
    return _rows(name, Attachment)


def _rows(name: str, kind: type[T]) -> list[T]:
    """Read a table, or a list of objects; in a table an empty cell is left out."""
    data = _bytes(name)
    if not name.lower().endswith(".csv"):
        return _checked(lambda: msgspec.json.decode(data, type=list[kind]))  # type: ignore[valid-type]
    rows = [
        {key: value for key, value in row.items() if value}
        for row in csv.DictReader(_text(data).splitlines())
    ]
    return _checked(lambda: msgspec.convert(rows, list[kind], strict=False))  # type: ignore[valid-type]


def plan_file(name: str) -> PlanFile:
    """Read a file as it is."""
    try:
        return _checked(lambda: PlanFile.load(name))
    except OSError as error:
        raise typer.BadParameter(f"cannot read {name}: {error.strerror}") from None


def rules(name: str) -> list[Rule]:
    """Read a file of rules: a list, or a table whose `rules` is one."""
    data = _bytes(name)
    found: Any
    if name.lower().endswith(".toml"):
        found = _checked(lambda: tomllib.loads(_text(data)))
    else:
        found = _checked(lambda: msgspec.json.decode(data))
    if isinstance(found, dict):
        found = found.get("rules")
    return _checked(lambda: msgspec.convert(found, list[Rule]))


def public_key(name: str) -> dict[str, str]:
    """Read a JWK file."""
    return _checked(lambda: msgspec.json.decode(_bytes(name), type=dict[str, str]))


def _bytes(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"cannot read {name}: {error.strerror}") from None


def _text(data: bytes) -> str:
    return _checked(lambda: data.decode("utf-8-sig"))


def _checked(read: Callable[[], T]) -> T:
    try:
        return read()
    except ValueError as error:  # msgspec's, tomllib's and decimal texts' errors are ValueErrors
        raise typer.BadParameter(str(error)) from None
