"""Water years, overuse and savings as rows."""

from exchange.core.event import Event
from exchange.core.water.events import InflowRatioSet, OveruseRecorded, SavingVerified
from exchange.storage.projection import Gathered, Handler, Rows
from exchange.storage.writes import insert, upsert

SHARE = insert(
    "water_shares",
    asset_id="bigint",
    revision="bigint",
    place="text",
    year="integer",
    ratio_ppm="bigint",
    first_day="integer",
    last_day="integer",
    quantity="bigint",
    withheld="bigint",
    formula="text",
    formula_version="integer",
    document="text",
    seq="bigint",
)
OVERUSE = upsert(
    "water_overuse",
    "(ledger, place, year) DO UPDATE SET quantity = excluded.quantity,"
    " document = excluded.document, updated_seq = excluded.updated_seq",
    place="text",
    year="integer",
    quantity="bigint",
    document="text",
    updated_seq="bigint",
)
SAVING = insert(
    "water_savings",
    saving_id="bigint",
    asset_id="bigint",
    place="text",
    district="text",
    potential="bigint",
    tradable="bigint",
    coefficient="text",
    coefficient_version="integer",
    document="text",
    seq="bigint",
)


class WaterProjection:
    """Tables `water_shares`, `water_overuse`, `water_savings`.

    Of overuse the last total in a batch is written.
    """

    def __init__(self) -> None:
        self._added = Gathered()
        self._overuse: dict[tuple[str, int], tuple[object, ...]] = {}

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            InflowRatioSet: self._on_ratio,
            OveruseRecorded: self._on_overuse,
            SavingVerified: self._on_saving,
        }

    def drain(self) -> Rows:
        for row in self._overuse.values():
            self._added.add(OVERUSE, row)
        self._overuse = {}
        return self._added.drain()

    def _on_ratio(self, event: InflowRatioSet, seq: int, _at_ns: int) -> None:
        for share in event.shares:
            self._added.add(
                SHARE,
                (
                    event.asset_id,
                    event.revision,
                    share.place,
                    event.year,
                    event.ratio_ppm,
                    event.first_day,
                    event.last_day,
                    share.quantity,
                    share.withheld,
                    event.formula.rule_id,
                    event.formula.version,
                    event.document,
                    seq,
                ),
            )

    def _on_overuse(self, event: OveruseRecorded, seq: int, _at_ns: int) -> None:
        key = (event.place, event.year)
        self._overuse[key] = (*key, event.total, event.document, seq)

    def _on_saving(self, event: SavingVerified, seq: int, _at_ns: int) -> None:
        self._added.add(
            SAVING,
            (
                event.saving_id,
                event.asset_id,
                event.place,
                event.district,
                event.potential,
                event.tradable,
                event.coefficient.rule_id,
                event.coefficient.version,
                event.document,
                seq,
            ),
        )
