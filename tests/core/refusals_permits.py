"""Rows of refusals: locks, permits, their renewal and that of rights."""

import msgspec

from exchange.core.permits.content import Permitted, Substitution
from exchange.core.reasons import RejectReason
from exchange.core.rules import read_day
from exchange.core.types import Purpose
from tests.core.permit_markets import (
    LIFT,
    SO2,
    asked,
    decided,
    ended,
    late,
    ledger,
    lock,
    locked,
    new_project,
    permitted,
    recorded,
    renew,
    renewed,
    terms,
    updated,
    waiting,
    without_end,
)
from tests.support.builders import asking

R = RejectReason
RATIO = "emission.permits.substitution_ratio"
YEARS = "emission.permits.years_max"
DAYS, REQUIRED = "emission.permits.renewal_days", "emission.permits.required"
PREFUNDED, FOUR_EYES = "emission.settlement.prefunding", "emission.approvals.four_eyes"
BEGUN = read_day("2025-03-03")
TWICE = terms(quantities=(Permitted(SO2, 1), Permitted(SO2, 2)))
STRANGE = terms(quantities=(Permitted("CEA", 1),))
BELOW_ZERO = terms(quantities=(Permitted(SO2, -1),))
NOTHING_SHOWN = terms(10, new_project=True, substitution=(Substitution(SO2, 0, "x"),))
NOT_NEW = msgspec.structs.replace(new_project(10, 10), new_project=False)


def house(m):
    return m.house(Purpose.ISSUABLE, 1).account_id


ROWS = [
    ("lock on no account", ledger, lambda m: asking(lock(m, account=99)), R.ACCOUNT_UNKNOWN, None),
    ("lock of no lot", ledger, lambda m: asking(lock(m, lot=9)), R.LOT_UNKNOWN, None),
    ("lock of nothing", ledger, lambda m: asking(lock(m, 0)), R.QUANTITY_NOT_POSITIVE, None),
    (
        "lock of what nobody holds",
        ledger,
        lambda m: asking(lock(m, account=house(m))),
        R.TRANSFER_PURPOSE_REFUSED,
        None,
    ),
    (
        "lock of more than is free",
        locked,
        lambda m: asking(lock(m, 70_001)),
        R.UNITS_INSUFFICIENT,
        PREFUNDED,
    ),
    ("lift no lock", ledger, asking(LIFT), R.LOCK_UNKNOWN, None),
    ("lock alone", ledger, lock, R.APPROVAL_REQUIRED, FOUR_EYES),
    ("permit of a stranger", ledger, asking(recorded(holder=9)), R.PARTICIPANT_NOT_ADMITTED, None),
    ("permit twice", permitted, asking(recorded(holder=2)), R.PERMIT_EXISTS, None),
    ("update no permit", ledger, asking(updated()), R.PERMIT_UNKNOWN, None),
    ("a kind twice", ledger, asking(recorded(TWICE)), R.PERMIT_CONTENT_INVALID, None),
    ("a kind of no asset", ledger, asking(recorded(STRANGE)), R.PERMIT_CONTENT_INVALID, None),
    ("allow below zero", ledger, asking(recorded(BELOW_ZERO)), R.PERMIT_CONTENT_INVALID, None),
    (
        "allow nothing",
        permitted,
        asking(updated(terms(quantities=()))),
        R.PERMIT_CONTENT_INVALID,
        None,
    ),
    ("show nothing", ledger, asking(recorded(NOTHING_SHOWN)), R.PERMIT_CONTENT_INVALID, None),
    ("show for what is not new", ledger, asking(recorded(NOT_NEW)), R.PERMIT_CONTENT_INVALID, None),
    (
        "permit that has ended",
        ledger,
        asking(recorded(terms(valid_to="2026-03-01", valid_from=BEGUN))),
        R.VALIDITY_BACKWARDS,
        None,
    ),
    (
        "permit for a day too long",
        ledger,
        asking(recorded(terms(valid_to="2031-03-02"))),
        R.PERMIT_TERM_OUT_OF_RANGE,
        YEARS,
    ),
    (
        "new project shows none",
        ledger,
        asking(recorded(new_project(10))),
        R.SUBSTITUTION_MISSING,
        RATIO,
    ),
    (
        "new project shows too little",
        ledger,
        asking(recorded(new_project(10, 4, 5))),
        R.SUBSTITUTION_INSUFFICIENT,
        RATIO,
    ),
    (
        "twice as much where targets are missed",
        ledger,
        asking(recorded(new_project(10, 19, non_attainment=True))),
        R.SUBSTITUTION_INSUFFICIENT,
        f"{RATIO}.non_attainment",
    ),
    (
        "extension shows too little",
        permitted,
        asking(updated(new_project(100, 19))),
        R.SUBSTITUTION_INSUFFICIENT,
        RATIO,
    ),
    ("renew as a stranger", permitted, asked(holder=9), R.PARTICIPANT_NOT_ADMITTED, None),
    ("renew another's permit", permitted, asked(holder=2), R.PERMIT_UNKNOWN, None),
    ("renew twice", waiting, asked(), R.RENEWAL_EXISTS, None),
    (
        "renew for what is no kind",
        permitted,
        msgspec.structs.replace(asked(), quantities=STRANGE.quantities),
        R.PERMIT_CONTENT_INVALID,
        None,
    ),
    ("renew 59 days before", late, asked(), R.RENEWAL_TOO_LATE, DAYS),
    ("decide on no permit", ledger, asking(decided()), R.PERMIT_UNKNOWN, None),
    ("decide on no renewal", permitted, asking(decided()), R.RENEWAL_UNKNOWN, None),
    (
        "renewed for too long",
        waiting,
        asking(decided(valid_to="2036-03-02")),
        R.PERMIT_TERM_OUT_OF_RANGE,
        YEARS,
    ),
    ("renew no lot", renewed, lambda m: asking(renew(m, lot=9)), R.LOT_UNKNOWN, None),
    (
        "renew on another's account",
        renewed,
        lambda m: asking(msgspec.structs.replace(renew(m), account_id=house(m))),
        R.ACCOUNT_UNKNOWN,
        None,
    ),
    (
        "renew what does not end",
        without_end,
        lambda m: asking(renew(m, lot=2)),
        R.LOT_HAS_NO_END,
        None,
    ),
    ("renew what has ended", ended, lambda m: asking(renew(m)), R.LOT_ENDED, None),
    ("renew nothing", renewed, lambda m: asking(renew(m, 0)), R.QUANTITY_NOT_POSITIVE, None),
    (
        "renew for too long",
        renewed,
        lambda m: asking(renew(m, valid_to="2036-03-02")),
        R.PERMIT_TERM_OUT_OF_RANGE,
        YEARS,
    ),
    (
        "renew more than is held",
        lambda: renewed(200),
        lambda m: asking(renew(m, 101)),
        R.UNITS_INSUFFICIENT,
        PREFUNDED,
    ),
    (
        "renew more than was verified",
        renewed,
        lambda m: asking(renew(m, 61)),
        R.RENEWAL_ABOVE_VERIFIED,
        REQUIRED,
    ),
    (
        "renew a right whose permit was not renewed",
        late,
        lambda m: asking(renew(m, 1)),
        R.RENEWAL_ABOVE_VERIFIED,
        REQUIRED,
    ),
]
