"""Which lots end on which day, and which have ended but for what is set aside."""

from dataclasses import dataclass, field

from exchange.core.types import Day, LotId


@dataclass(slots=True)
class ValidityState:
    """`due` has each lot under its last day until its end is seen to; `overdue` waits to be freed.

    Where no rule lets lots end, those of past days wait in either.
    """

    due: dict[Day, dict[LotId, None]] = field(default_factory=dict)
    overdue: dict[LotId, None] = field(default_factory=dict)

    def expect(self, lot_id: LotId, valid_to: Day) -> None:
        if valid_to:
            self.due.setdefault(valid_to, {})[lot_id] = None
