"""Admissions as rows: the facts on which a participant's eligibility in a ledger hangs."""

from exchange.core.event import Event
from exchange.core.events import ParticipantAdmitted, ParticipantFrozen, ParticipantUnfrozen
from exchange.storage.projection import Handler, Rows
from exchange.storage.writes import Row, update, upsert

ADMITTED = upsert(
    "admissions",
    "(ledger, participant_id) DO UPDATE SET account_type = excluded.account_type,"
    " region = excluded.region, basin = excluded.basin, sector = excluded.sector,"
    " group_id = excluded.group_id, document = excluded.document,"
    " frozen = coalesce(excluded.frozen, admissions.frozen), updated_seq = excluded.updated_seq",
    participant_id="bigint",
    account_type="text",
    region="text",
    basin="text",
    sector="text",
    group_id="bigint",
    document="text",
    frozen="boolean",
    updated_seq="bigint",
)
FROZEN = update(
    "admissions",
    ("participant_id",),
    "frozen = u.frozen, document = u.document, updated_seq = u.updated_seq",
    participant_id="bigint",
    frozen="boolean",
    document="text",
    updated_seq="bigint",
)


class AdmissionsProjection:
    """Table `admissions`. An admission keeps the freeze; who is new in it is not frozen."""

    def __init__(self) -> None:
        self._admitted: dict[int, tuple[ParticipantAdmitted, int]] = {}
        self._frozen: dict[int, tuple[bool, str, int]] = {}

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            ParticipantAdmitted: self._on_admitted,
            ParticipantFrozen: self._on_frozen,
            ParticipantUnfrozen: self._on_unfrozen,
        }

    def drain(self) -> Rows:
        admitted: list[Row] = []
        for participant_id, (event, seq) in self._admitted.items():
            frozen = self._frozen.pop(participant_id, None)
            document, updated_seq = event.document, seq
            if frozen is not None and frozen[2] > seq:
                _, document, updated_seq = frozen
            admitted.append(
                (
                    participant_id,
                    event.account_type,
                    event.region,
                    event.basin,
                    event.sector,
                    event.group_id,
                    document,
                    None if frozen is None else frozen[0],
                    updated_seq,
                )
            )
        changed: list[Row] = [(key, *change) for key, change in self._frozen.items()]
        self._admitted, self._frozen = {}, {}
        return [(write, rows) for write, rows in ((ADMITTED, admitted), (FROZEN, changed)) if rows]

    def _on_admitted(self, event: ParticipantAdmitted, seq: int, _at_ns: int) -> None:
        self._admitted[event.participant_id] = (event, seq)

    def _on_frozen(self, event: ParticipantFrozen, seq: int, _at_ns: int) -> None:
        self._frozen[event.participant_id] = (True, event.document, seq)

    def _on_unfrozen(self, event: ParticipantUnfrozen, seq: int, _at_ns: int) -> None:
        self._frozen[event.participant_id] = (False, event.document, seq)
