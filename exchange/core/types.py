"""Names, units and closed sets of words that the whole core shares.

Units: a quantity is an integer count of the asset's smallest unit (`Asset.scale` decimals); a price
is an integer count of 10**-price_scale yuan for one whole unit; money is fen; a day is the count of
days since 1970-01-01 in Asia/Shanghai; a time is nanoseconds since 1970-01-01 UTC.
"""

from enum import IntEnum, StrEnum
from typing import NewType

Seq = NewType("Seq", int)
ParticipantId = NewType("ParticipantId", int)
OperatorId = NewType("OperatorId", int)
AssetId = NewType("AssetId", int)
AccountId = NewType("AccountId", int)
LotId = NewType("LotId", int)
InstrumentId = NewType("InstrumentId", int)
OrderId = NewType("OrderId", int)
TradeId = NewType("TradeId", int)
TransferId = NewType("TransferId", int)
ObjectionId = NewType("ObjectionId", int)
ChainId = NewType("ChainId", int)  # the number of a chain's first transfer
FreezeId = NewType("FreezeId", int)
ApprovalId = NewType("ApprovalId", int)
ObligationId = NewType("ObligationId", int)
ReportId = NewType("ReportId", int)
SurrenderId = NewType("SurrenderId", int)
LockId = NewType("LockId", int)
PermitId = NewType("PermitId", int)
TaskId = NewType("TaskId", int)
SavingId = NewType("SavingId", int)
FeeScheduleId = NewType("FeeScheduleId", int)
ContractId = NewType("ContractId", int)  # of paid use
InvoiceId = NewType("InvoiceId", int)
CancellationId = NewType("CancellationId", int)
ProjectId = NewType("ProjectId", int)
ClaimId = NewType("ClaimId", int)
DeductionId = NewType("DeductionId", int)
OfferId = NewType("OfferId", int)
PlanId = NewType("PlanId", int)  # given by the back-office, one sequence for all ledgers
Day = NewType("Day", int)

ANY_LOT = LotId(0)
HOUSE = ParticipantId(0)
"""The venue itself: owner of issuance, source, bank and fee accounts."""

CASH = AssetId(0)
"""Chinese yuan, in fen: the first asset of every ledger."""

CASH_SCALE = 2


class AccountType(StrEnum):
    """What kind of market member an admission makes (domain: account types)."""

    COMPLIANCE_ENTITY = "compliance_entity"
    INSTITUTION = "institution"
    INDIVIDUAL = "individual"
    GOV_RESERVE = "gov_reserve"
    GOV_REGION = "gov_region"
    WUA = "wua"
    OPERATOR = "operator"


class Purpose(StrEnum):
    """What an account is for: the chart of accounts.

    `holding` and `cash` belong to participants. The house keeps the rest: `issuable` is what is
    left under an asset's cap, `source` and `bank` are the outside world, `fees` collects trading
    fees. A control total is kept beside the units, in the same asset: `target` is where it comes
    from, `headroom` what a place has left of it, `reserved` what it has set aside of that for a
    purpose (a pot), `allocated` what its members hold, `used` what they held until it ended.
    `retired` takes the units that ended, `treasury` the money that is the state's. An `obligation`
    is what an entity of a participant owes in a period, in the asset of that period. `owed` shows
    below zero what a participant has to give back, `claimed` the other side of it. Those that stand
    for the outside world go below zero too.
    """

    HOLDING = "holding"
    CASH = "cash"
    ISSUABLE = "issuable"
    SOURCE = "source"
    BANK = "bank"
    FEES = "fees"
    TARGET = "target"
    HEADROOM = "headroom"
    ALLOCATED = "allocated"
    RESERVED = "reserved"
    RETIRED = "retired"
    USED = "used"
    OBLIGATION = "obligation"
    BUDGET = "budget"
    TREASURY = "treasury"
    OWED = "owed"
    CLAIMED = "claimed"


class Pot(StrEnum):
    """What a place may set part of its total aside for."""

    NEW_ENTRANT = "new_entrant"
    ADJUSTMENT = "adjustment"
    PAID = "paid"
    SAVED = "saved"
    IDLE = "idle"
    GOVERNMENT = "government"


class LockKind(StrEnum):
    """What a lock leaves its units good for.

    `own_use`: to be used by their holder, and nothing else. `permit`: nothing until the permit
    record is updated. `suspended`: nothing.
    """

    OWN_USE = "own_use"
    PERMIT = "permit"
    SUSPENDED = "suspended"


OUTSIDE = (Purpose.SOURCE, Purpose.BANK, Purpose.TARGET, Purpose.OWED)


class TransferCode(StrEnum):
    """Why a transfer was made."""

    CAP = "cap"
    ISSUE = "issue"
    DEPOSIT = "deposit"
    DELIVERY = "delivery"
    PAYMENT = "payment"
    FEE = "fee"
    TRANSFER = "transfer"
    TOTAL_SET = "total_set"
    TOTAL_MOVED = "total_moved"
    ALLOCATE = "allocate"
    SET_ASIDE = "set_aside"
    CANCEL_TOTAL = "cancel_total"
    EXPIRE = "expire"
    OWE = "owe"
    SURRENDER = "surrender"
    RENEW = "renew"
    PAID_USE_FEE = "paid_use_fee"
    LATE_INTEREST = "late_interest"
    REFUND = "refund"
    GIVE_BACK = "give_back"
    BUDGET = "budget"
    USE = "use"
    COVER = "cover"
    RETURN = "return"
    CLAIM = "claim"
    CANCEL_UNITS = "cancel_units"
    RESERVE = "reserve"


class SessionState(IntEnum):
    CLOSED = 1
    OPEN = 2


class Role(StrEnum):
    """Who an operator acts as (api: roles)."""

    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"
    REGULATOR = "regulator"
    WATER_DESK = "water_desk"
    CLEARING = "clearing"
    VERIFIER = "verifier"
    ARBITER = "arbiter"
    EXCHANGE_OPERATOR = "exchange_operator"
    AUDITOR = "auditor"


class Scope(StrEnum):
    """What an operator may do for its participant."""

    VIEW = "view"
    TRADE = "trade"
    TRANSFER = "transfer"
    SURRENDER = "surrender"
    ADMIN = "admin"
    APPROVE = "approve"
