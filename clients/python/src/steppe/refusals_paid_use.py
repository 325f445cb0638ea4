"""Refusals about fee schedules, contracts for paid use and invoices, in the order of the tests."""

from steppe.errors import Conflict, NotFound, Refused

__all__ = [
    "ContractNothingUnused",
    "ContractStatusRefused",
    "ContractUnknown",
    "ContractUnpaid",
    "ContractYearsOutOfRange",
    "FeeScheduleOverlaps",
    "FeeScheduleUnknown",
    "FirstInstalmentTooSmall",
    "FreezeOfContract",
    "InstalmentsNotAllowed",
    "InstalmentsOutOfRange",
    "InvoiceNotNext",
    "InvoiceSettled",
    "InvoiceUnknown",
    "RecallTooEarly",
]


class FeeScheduleUnknown(Refused, NotFound, code="fee_schedule_unknown"):
    """There is no such fee schedule."""


class FeeScheduleOverlaps(Refused, Conflict, code="fee_schedule_overlaps"):
    """Another schedule of this kind and place is valid on some of these days."""


class ContractUnknown(Refused, NotFound, code="contract_unknown"):
    """There is no such contract, or it is another's."""


class InvoiceUnknown(Refused, NotFound, code="invoice_unknown"):
    """There is no such invoice, or it is another's."""


class FreezeOfContract(Refused, code="freeze_of_contract"):
    """A contract for paid use keeps these units aside: payment or recall frees them."""


class ContractStatusRefused(Refused, code="contract_status_refused"):
    """The contract does not stand where this needs it to, or its years are past."""


class InvoiceSettled(Refused, code="invoice_settled"):
    """The invoice is paid or was cancelled."""


class InvoiceNotNext(Refused, code="invoice_not_next"):
    """An earlier invoice of the contract comes first."""


class RecallTooEarly(Refused, code="recall_too_early"):
    """The contract is not overdue for long enough to be recalled."""


class ContractUnpaid(Refused, code="contract_unpaid"):
    """Only what is paid in full is refunded."""


class ContractNothingUnused(Refused, code="contract_nothing_unused"):
    """No whole year of the contract is unused."""


class ContractYearsOutOfRange(Refused, code="contract_years_out_of_range"):
    """A contract lasts for one year at least and for no more than the rule allows."""


class InstalmentsNotAllowed(Refused, code="instalments_not_allowed"):
    """So small a fee is paid at once in this place."""


class FirstInstalmentTooSmall(Refused, code="first_instalment_too_small"):
    """The first instalment is a smaller share of the fee than the rule asks."""


class InstalmentsOutOfRange(Refused, code="instalments_out_of_range"):
    """The instalments do not fit the fee or the years of the contract."""
