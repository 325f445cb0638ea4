"""Fee schedules and contracts with their invoices as part of a snapshot."""

import msgspec

from exchange.core.paid_use.state import Contract, FeeSchedule, PaidUseState


class PaidUseRecord(msgspec.Struct, array_like=True):
    schedules: list[FeeSchedule]
    contracts: list[Contract]


def encode(state: PaidUseState) -> PaidUseRecord:
    return PaidUseRecord(list(state.schedules.values()), list(state.contracts.values()))


def restore(record: PaidUseRecord) -> PaidUseState:
    """Restore what was kept, and what follows from it."""
    state = PaidUseState({each.schedule_id: each for each in record.schedules})
    for contract in record.contracts:
        state.contracts[contract.contract_id] = contract
        for invoice in contract.invoices:
            state.invoices[invoice.invoice_id] = invoice
        if contract.attention:
            state.agenda.setdefault(contract.attention, {})[contract.contract_id] = None
        if contract.freeze_id:
            state.freezes[contract.freeze_id] = contract.contract_id
    state.invoices = dict(sorted(state.invoices.items()))
    return state
