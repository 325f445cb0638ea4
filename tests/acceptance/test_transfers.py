"""A chain of transfers through the client: pending, voided, posted."""

import pytest

import steppe


def accounts(clients, name, asset="TCE25"):
    (balance,) = clients(name).balances(ledger="energy", asset=asset).items
    return balance


def test_a_pending_chain_reserves_until_it_is_voided_or_posted(clients):
    giver, taker = clients("baotou-steel"), "ordos-methanol"
    before, other = accounts(clients, "baotou-steel"), accounts(clients, taker)
    leg = steppe.TransferLeg(
        debit_account_id=before.account_id, credit_account_id=other.account_id, quantity=300
    )
    terms = {"ledger": "energy", "legs": [leg], "mode": "pending", "reference": "contract 7"}
    first = giver.create_transfer(**terms)
    assert accounts(clients, "baotou-steel").available == before.available - 300
    voided = giver.void_transfer(first.chain_id)
    assert [(t.state, t.reference) for t in voided.transfers] == [("voided", "contract 7")]
    assert voided.transfers[0].lot_id is not None
    assert accounts(clients, "baotou-steel").available == before.available

    second = giver.create_transfer(**terms)
    with pytest.raises(steppe.Refused) as refused:
        clients(taker).post_transfer(second.chain_id)
    assert refused.value.code == "transfer_not_pending"
    posted = giver.post_transfer(second.chain_id)
    assert posted.transfers[0].state == "posted"
    assert accounts(clients, taker).total == other.total + 300
    assert accounts(clients, "baotou-steel").total == before.total - 300
