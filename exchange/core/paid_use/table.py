"""Commands of paid use: how each is refused and done, and who may submit it."""

from exchange.core.act import Act, Do, Refuse
from exchange.core.command import Command
from exchange.core.mandate import REGULATOR, TRADERS, Mandate
from exchange.core.paid_use import offers, payments, returns, schedules, terms
from exchange.core.paid_use.commands import (
    AcceptContract,
    EndFeeSchedule,
    OfferContract,
    PayInvoice,
    RecallContract,
    RefundContract,
    SetFeeSchedule,
)
from exchange.core.types import Scope

TABLE: dict[type[Command], tuple[Refuse, Do]] = {
    AcceptContract: (terms.refuse_accept, terms.accept),
    PayInvoice: (payments.refuse_pay, payments.pay),
}
ACTS = (
    Act(SetFeeSchedule, schedules.refuse_set, schedules.set_schedule, schedules.describe_set),
    Act(EndFeeSchedule, schedules.refuse_end, schedules.end_schedule, schedules.describe_end),
    Act(OfferContract, offers.refuse_offer, offers.offer, offers.describe),
    Act(RecallContract, returns.refuse_recall, returns.recall, returns.describe_recall),
    Act(RefundContract, returns.refuse_refund, returns.refund, returns.describe_refund),
)
MANDATES: dict[type[Command], Mandate] = {
    SetFeeSchedule: REGULATOR,
    EndFeeSchedule: REGULATOR,
    OfferContract: REGULATOR,
    AcceptContract: Mandate(own=TRADERS, scope=Scope.ADMIN),
    PayInvoice: Mandate(own=TRADERS, scope=Scope.TRANSFER),
    RecallContract: REGULATOR,
    RefundContract: REGULATOR,
}
