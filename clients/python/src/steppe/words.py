"""The closed sets of words that callers send. Answers hold text: a newer venue may add words."""

from typing import Literal

Side = Literal["buy", "sell"]
OrderType = Literal["limit", "market"]
TimeInForce = Literal["gtc", "day", "gtd", "ioc", "fok"]
SelfTradePrevention = Literal["cancel_newest", "cancel_oldest", "cancel_both"]
OrderFilter = Literal["open", "closed", "all"]
BatchMode = Literal["atomic", "independent"]
TransferMode = Literal["posted", "pending"]
LockKind = Literal["own_use", "permit", "suspended"]
LotUse = Literal["own_use"]
Scope = Literal["view", "trade", "transfer", "surrender", "admin", "approve"]
ApprovalStatus = Literal["pending", "approved", "rejected", "withdrawn", "expired"]
OperatorStatus = Literal["active", "disabled"]
Role = Literal[
    "enterprise",
    "institution",
    "regulator",
    "water_desk",
    "clearing",
    "verifier",
    "arbiter",
    "exchange_operator",
    "auditor",
]
AccountType = Literal[
    "compliance_entity",
    "institution",
    "individual",
    "gov_reserve",
    "gov_region",
    "wua",
    "operator",
]
