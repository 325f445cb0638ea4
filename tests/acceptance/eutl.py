"""The published years of Austria's emissions trading: who was given, emitted, surrendered what.

The file is a copy of the Union registry's public compliance data; where it does not lie beside the
checkout, the tests that read it are skipped.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parents[3] / "shared" / "data" / "eutl_austria.csv"


@dataclass(frozen=True, slots=True)
class Year:
    """One installation in one year. Amounts in t; `verified` None: excluded or not reported."""

    installation: str
    operator: str
    year: int
    free_allocation: int
    verified: int | None
    surrendered: int
    code: str


def read_years() -> list[Year]:
    """Return all rows, sorted by year and installation. An empty free allocation is none."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        years = [
            Year(
                row["installation_id"],
                row["operator"],
                int(row["year"]),
                int(row["free_allocation_t"] or 0),
                int(row["verified_emissions_t"]) if row["verified_emissions_t"].isdigit() else None,
                int(row["units_surrendered_t"] or 0),
                row["compliance_code"],
            )
            for row in csv.DictReader(lines)
        ]
    return sorted(years, key=lambda one: (one.year, one.installation))


def admit(clients, years: list[Year]) -> dict[str, str]:
    """Register each installation's operator as a participant of its own and admit it to carbon.

    Returns the participants by installation.
    """
    names = {one.installation: one.operator for one in years}
    operator, admitted = clients("operator"), {}
    for installation, name in names.items():
        made = operator.create_participant(
            name_zh=f"{name} ({installation})", role="enterprise", region="150000"
        )
        operator.admit_participant(
            made.participant_id,
            ledger="carbon",
            account_type="compliance_entity",
            region="150000",
            document="entry",
        )
        admitted[installation] = made.participant_id
    return admitted
