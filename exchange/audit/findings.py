"""What a check found: how much was compared, how much differs, and where, as text or as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Key = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is otherwise: of which table and row, what it should be, what is there."""

    table: str
    key: Key
    expected: object
    found: object

    def __str__(self) -> str:
        key = ", ".join(f"{name} {value}" for name, value in self.key.items())
        return f"{self.table} ({key}): expected {self.expected}, found {self.found}"


@dataclass(slots=True)
class Check:
    """One comparison: of a table, or of what `name` says. `first` holds some of its differences."""

    name: str
    compared: int = 0
    differing: int = 0
    first: list[Difference] = field(default_factory=list)

    def add(self, most: int, key: Key, expected: object, found: object) -> None:
        """Note a difference; keep it if fewer than `most` are kept."""
        self.differing += 1
        if len(self.first) < most:
            self.first.append(Difference(self.name, key, expected, found))


@dataclass(slots=True)
class LedgerFindings:
    """What the checks of one ledger found, as of its last entry."""

    ledger: str
    last_seq: int
    checks: list[Check]

    @property
    def agrees(self) -> bool:
        return not any(check.differing for check in self.checks)

    @property
    def differences(self) -> list[Difference]:
        return [difference for check in self.checks for difference in check.first]


def as_data(findings: list[LedgerFindings]) -> dict[str, Any]:
    """Return findings as plain data for JSON."""
    return {
        "agrees": all(ledger.agrees for ledger in findings),
        "ledgers": [
            {
                "ledger": ledger.ledger,
                "last_seq": ledger.last_seq,
                "agrees": ledger.agrees,
                "checks": [
                    {
                        "name": check.name,
                        "compared": check.compared,
                        "differing": check.differing,
                        "first": [
                            {
                                "table": one.table,
                                "key": dict(one.key),
                                "expected": one.expected,
                                "found": one.found,
                            }
                            for one in check.first
                        ],
                    }
                    for check in ledger.checks
                ],
            }
            for ledger in findings
        ],
    }


def as_lines(findings: list[LedgerFindings]) -> Iterator[str]:
    """Return findings for a person to read."""
    for ledger in findings:
        verdict = "agrees" if ledger.agrees else "DIFFERS"
        yield f"{ledger.ledger}: {verdict}, as of entry {ledger.last_seq}"
        for check in ledger.checks:
            differs = f", {check.differing} differ" if check.differing else ""
            yield f"  {check.name:16} {check.compared:>10} compared{differs}"
            yield from (f"    {difference}" for difference in check.first)
            if check.differing > len(check.first) > 0:
                yield f"    and {check.differing - len(check.first)} more"
