"""The inbox's commands: how each is refused and done."""

from exchange.core.act import Do, Refuse
from exchange.core.approvals import requests
from exchange.core.approvals.commands import (
    ApproveRequest,
    RejectRequest,
    RequestApproval,
    WithdrawRequest,
)
from exchange.core.command import Command

TABLE: dict[type[Command], tuple[Refuse, Do]] = {
    RequestApproval: (requests.refuse_request, requests.request),
    ApproveRequest: (requests.refuse_approve, requests.approve),
    RejectRequest: (requests.refuse_reject, requests.reject),
    WithdrawRequest: (requests.refuse_withdraw, requests.withdraw),
}
