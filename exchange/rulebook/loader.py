"""Ledgers and their rules, read from the data files beside this module.

`common.toml` holds what every ledger takes over; a ledger's own file adds to it and, by naming an
id, replaces all of that id's common versions. Each may be several files, `<name>_<topic>.toml`.
Order: common rules, then own rules, file after file by name, as in the files.
A ledger exists because `ledgers.toml` lists it: no code knows their names. An optional one is open
only where the venue's configuration names it.
"""

from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum
from importlib.resources.abc import Traversable
from typing import Annotated, Any

import msgspec

from exchange.core.rules import EPOCH, Rule, RuleKind, value_fault
from exchange.core.types import Day
from exchange.rulebook.documents import FOLDER, Prose, RulebookError, convert, name_of, read

_LEDGERS = "ledgers.toml"
_COMMON = "common"
_MEASURED = (RuleKind.INTEGER, RuleKind.DECIMAL, RuleKind.FORMULA)

RuleId = Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)+\Z")]


class Evidence(StrEnum):
    """How sure a figure is."""

    LAW = "law"  # the article's text was read
    PUBLISHED = "published"  # the fact stands in a published excerpt
    COMPUTED = "computed"  # follows by arithmetic from published figures
    KNOWN = "known"  # general knowledge, fairly sure
    UNCERTAIN = "uncertain"  # general knowledge, not to be relied on
    DESIGN = "design"  # the venue's own choice


class LedgerDefinition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ledger: what it is called, and its number in the database.

    `notice_*` is what anybody who trades here must be told (empty: nothing). An `optional` ledger
    is closed unless it is asked for.
    """

    code: Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z0-9_]*\Z")]
    number: Annotated[int, msgspec.Meta(ge=1, le=32767)]
    title_zh: Prose
    title_en: Prose
    right_zh: Prose
    right_en: Prose
    notice_zh: str = ""
    notice_en: str = ""
    optional: bool = False


class _LedgerFile(msgspec.Struct, forbid_unknown_fields=True):
    ledger: list[dict[str, Any]]


class _RuleFile(msgspec.Struct, forbid_unknown_fields=True):
    rule: list[dict[str, Any]]


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: RuleId
    version: Annotated[int, msgspec.Meta(ge=1)]
    kind: RuleKind
    value: str | list[str]
    unit: str = ""
    valid_from: date
    valid_to: date | None = None
    title_zh: Prose
    title_en: Prose
    source: Prose
    evidence: Evidence


def load_ledgers(
    folder: Traversable = FOLDER, *, optional: Collection[str] = ()
) -> tuple[LedgerDefinition, ...]:
    """Load the ledgers of a venue in the order of the file; of the optional ones those named.

    Raises: RulebookError, also for a name that no optional ledger has.
    """
    listed = list_ledgers(folder)
    known = {ledger.code for ledger in listed if ledger.optional}
    for code in optional:
        if code not in known:
            raise RulebookError(_LEDGERS, code, "code", "there is no such optional ledger")
    return tuple(ledger for ledger in listed if not ledger.optional or ledger.code in optional)


def list_ledgers(folder: Traversable = FOLDER) -> tuple[LedgerDefinition, ...]:
    """Load every ledger that the file lists, open or not.

    Raises: RulebookError.
    """
    ledgers: list[LedgerDefinition] = []
    for position, raw in enumerate(read(folder, _LEDGERS, _LedgerFile).ledger, start=1):
        entry = name_of(raw, "code", "ledger", position)
        ledger = convert(raw, LedgerDefinition, file=_LEDGERS, entry=entry)
        if any(ledger.code == other.code for other in ledgers):
            raise RulebookError(_LEDGERS, entry, "code", "another ledger has this code")
        if any(ledger.number == other.number for other in ledgers):
            raise RulebookError(_LEDGERS, entry, "number", "another ledger has this number")
        ledgers.append(ledger)
    return tuple(ledgers)


def load_rules(ledger_code: str, folder: Traversable = FOLDER) -> tuple[Rule, ...]:
    """Load every version of every rule of a ledger: the common ones, then its own, in file order.

    Raises: RulebookError, also for a ledger that is not listed.
    """
    codes = tuple(ledger.code for ledger in list_ledgers(folder))
    if ledger_code not in codes:
        raise RulebookError(_LEDGERS, ledger_code, "code", "there is no such ledger")
    own = _load(folder, ledger_code, codes)
    shared = _load(folder, _COMMON, codes)
    taken = {entry.id for entry in own}
    inherited = ((f"{ledger_code}.{entry.id}", entry) for entry in shared)
    return (
        *(_rule(rule_id, entry) for rule_id, entry in inherited if rule_id not in taken),
        *(_rule(entry.id, entry) for entry in own),
    )


def day_of(local: date) -> Day:
    """Count the days from 1970-01-01 to a local date."""
    return Day(local.toordinal() - EPOCH)


def _load(folder: Traversable, owner: str, codes: tuple[str, ...]) -> tuple[_Entry, ...]:
    """Load the files of a ledger, or the common ones."""
    entries: list[_Entry] = []
    for file in _files(folder, owner, codes):
        for position, raw in enumerate(read(folder, file, _RuleFile).rule, start=1):
            name = name_of(raw, "id", "rule", position)
            entry = convert(raw, _Entry, file=file, entry=name)
            if found := _misplaced(entry.id, owner, codes) or _problem(entry, entries):
                raise RulebookError(file, name, *found)
            entries.append(entry)
    return tuple(entries)


def _files(folder: Traversable, owner: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Name the owner's files: its first one, which must be there, then those of its topics.

    A name that fits two owners belongs to the longer one.
    """
    topics: list[str] = []
    for file in folder.iterdir():
        stem, point, ending = file.name.partition(".")
        owners = [code for code in (_COMMON, *codes) if stem.startswith(f"{code}_")]
        if point and ending == "toml" and stem not in codes and owners:
            topics += [file.name] if max(owners, key=len) == owner else []
    return (f"{owner}.toml", *sorted(topics))


def _misplaced(rule_id: str, owner: str, codes: tuple[str, ...]) -> tuple[str, str] | None:
    if owner == _COMMON:
        named = rule_id.split(".", maxsplit=1)[0] in codes
        return ("id", "a common rule names no ledger") if named else None
    if rule_id.startswith(f"{owner}."):
        return None
    return "id", f"a rule of this file starts with {owner!r}"


def _problem(entry: _Entry, before: Iterable[_Entry]) -> tuple[str, str] | None:
    """Field and complaint, or None."""
    if fault := value_fault(entry.kind, _value(entry)):
        return "value", fault
    if entry.kind in _MEASURED and not entry.unit.strip():
        return "unit", f"kind {entry.kind} needs a unit"
    if entry.valid_to is not None and entry.valid_to < entry.valid_from:
        return "valid_to", f"{entry.valid_to} is before valid_from {entry.valid_from}"
    for other in before:
        if other.id != entry.id:
            continue
        if other.version == entry.version:
            return "version", f"version {entry.version} of this rule is there already"
        if other.kind is not entry.kind:
            return "kind", f"version {other.version} of this rule is of kind {other.kind}"
    return None


def _value(entry: _Entry) -> tuple[str, ...]:
    return (entry.value,) if isinstance(entry.value, str) else tuple(entry.value)


def _rule(rule_id: str, entry: _Entry) -> Rule:
    return Rule(
        rule_id=rule_id,
        version=entry.version,
        kind=entry.kind,
        value=_value(entry),
        unit=entry.unit,
        valid_from=day_of(entry.valid_from),
        valid_to=None if entry.valid_to is None else day_of(entry.valid_to),
        title_zh=entry.title_zh,
        title_en=entry.title_en,
        source=entry.source,
        evidence=entry.evidence.value,
    )
