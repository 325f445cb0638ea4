"""The chapter of paid use: case 27, and what becomes of somebody who does not pay.

100 t of SO2 for five years at 500 yuan a tonne and year: 250,000 yuan, of which at least 40 % come
first.
"""

from datetime import timedelta
from decimal import Decimal

import steppe
from steppe.models import ApprovalReceipt
from tests.acceptance.story import DOCUMENT, Story

ASSET, TOTAL = "SO2-PAID", 500
FIRM = "baotou-steel"
TONNES, YEARS = 100, 5
FEE, FIRST, YEARLY = Decimal(250_000), Decimal(100_000), Decimal(37_500)


class PaidUse:
    """Told by two regulators, the clearing house and one firm."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._first, self._second = story.as_("regulator"), story.as_("regulator-2")
        self._firm = story.as_(FIRM)

    def play(self) -> None:
        self.set_the_total()
        contract_id = self.conclude()
        self.pay_first(contract_id)
        self.fall_behind(contract_id)
        self.give_back(contract_id)

    def set_the_total(self) -> None:
        self._story.tell(f"paid use: a total of {TOTAL} t SO2, of which {TONNES} for a fee")
        self._first.define_asset(
            ledger="emission",
            code=ASSET,
            kind="SO2",
            unit="t",
            scale=3,
            title_zh="二氧化硫有偿使用权",
            title_en="SO2 for a fee",
            vintage="2026",
        )
        self._agree(
            self._first.set_control_total(asset=ASSET, place="", quantity=TOTAL, document=DOCUMENT)
        )
        self._story.as_("clearing").deposit_cash(
            ledger="emission",
            participant_id=self._story.member(FIRM),
            amount=FEE * 2,
            reference=DOCUMENT,
        )

    def conclude(self) -> str:
        """The regulator offers, the firm accepts: the whole at once, or at least 40 % first."""
        today = self._first.time().local_date
        asked = self._first.offer_contract(
            participant_id=self._story.member(FIRM),
            asset=ASSET,
            quantity=TONNES,
            years=YEARS,
            accept_until=today + timedelta(days=30),
            document=DOCUMENT,
        )
        self._story.check("the fee", Decimal(asked.figures["fee"]), FEE)
        self._agree(asked)
        contract_id = self._firm.contracts(ledger="emission").items[-1].contract_id
        self._story.refused(
            "a first instalment of 99,999.99",
            "first_instalment_too_small",
            lambda: self._firm.accept_contract(
                contract_id, first_instalment=FIRST - Decimal("0.01"), parts=4
            ),
        )
        accepted = self._firm.accept_contract(contract_id, first_instalment=FIRST, parts=4)
        amounts = [invoice.amount for invoice in accepted.invoices]
        self._story.check("instalments", amounts, [FIRST, *[YEARLY] * 4])
        return contract_id

    def pay_first(self, contract_id: str) -> None:
        """The right comes with the first payment, the money goes to the treasury."""
        before = self._treasury()
        paid = self._firm.pay_invoice(self._invoice(contract_id, "open"))
        self._story.check("paid", paid.amount, FIRST)
        self._story.check("more in the treasury", self._treasury() - before, FIRST)
        self._story.check("held", sum(self._story.available(FIRM, ASSET)), TONNES)

    def fall_behind(self, contract_id: str) -> None:
        """Whoever does not pay owes interest, then may not use what was given."""
        due = self._firm.invoice(self._invoice(contract_id, "open")).due
        late = (due - self._first.time().local_date).days + 180
        self._story.until(9, 35, days=late)
        self._story.check("the contract", self._firm.contract(contract_id).status, "suspended")
        self._story.check("held and free", self._story.available(FIRM, ASSET)[0], 0)
        overdue = self._firm.invoice(self._invoice(contract_id, "overdue"))
        paid = self._firm.pay_invoice(overdue.invoice_id)
        self._story.check("paid with interest", paid.interest, overdue.payable - YEARLY)
        self._story.check("the contract", self._firm.contract(contract_id).status, "active")
        self._story.check("held and free", self._story.available(FIRM, ASSET)[0], TONNES)

    def give_back(self, contract_id: str) -> None:
        """What is unpaid is paid, half comes back, and its unused years are repaid."""
        while invoice := self._invoice(contract_id, "open"):
            self._firm.pay_invoice(invoice)
        asked = self._first.refund_contract(contract_id, quantity=TONNES // 2, document=DOCUMENT)
        repaid = Decimal(asked.figures["refund"])
        before = self._treasury()
        self._agree(asked)
        self._story.check("repaid for unused years", before - self._treasury(), repaid)
        self._story.check("held", sum(self._story.available(FIRM, ASSET)), TONNES // 2)
        (total,) = self._first.control_totals(asset=ASSET).items
        pots = {pot.pot: pot.quantity for pot in total.pots}
        self._story.check("to be given out again", pots, {"paid": TONNES // 2})

    def _invoice(self, contract_id: str, status: str) -> str:
        """Return the next of a contract's invoices that has a status, or nothing."""
        found = self._firm.invoices(contract_id=contract_id, status=status).items
        return min(found, key=lambda one: one.due).invoice_id if found else ""

    def _treasury(self) -> Decimal:
        client: steppe.Client = self._story.as_("auditor")
        balances = client.balances(ledger="emission", asset="CNY", limit=1000).items
        found = [one.total for one in balances if one.purpose == "treasury"]
        return sum(found, Decimal(0))

    def _agree(self, asked: ApprovalReceipt) -> None:
        self._second.approve_request(asked.approval_id, command_hash=asked.command_hash)
