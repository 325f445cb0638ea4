"""A control total, a plan under it, its issue: by two regulators, through the client."""

from datetime import date, datetime

import pytest

import steppe
from tests.support.server import start, stop

NINE = date(2026, 3, 9)
TOTAL = {"asset": "CEA26", "place": "", "quantity": 600, "document": "内环发〔2026〕2号"}
FIRMS = ("baotou-steel", "ordos-methanol", "hohhot-power")
GIVEN = (100, 200, 300)


def member(sandbox, name):
    key = sandbox.credentials[name]
    secret = steppe.ClientSecret(key["client_id"], key["client_secret"])
    return steppe.Client(sandbox.address, credentials=secret, timeout_s=60)


def rows(sandbox, *quantities):
    return [
        steppe.PlanRow(
            entity=f"unit-{number}",
            participant_id=sandbox.participant(name),
            quantity=quantity,
        )
        for number, (name, quantity) in enumerate(zip(FIRMS, quantities, strict=False), 1)
    ]


def approve(client, asked, key=None):
    content = client.approval_content(asked.approval_id)
    assert content.own_hash() == asked.command_hash
    return client.approve_request(
        asked.approval_id, command_hash=content.own_hash(), idempotency_key=key
    )


def code_of(call):
    with pytest.raises(steppe.Refused) as refused:
        call()
    return refused.value


def draft(client, sandbox, *quantities):
    plan = client.create_plan(
        asset="CEA26", method="fixed", vintage="2026", document="2026年度分配方案"
    )
    filled = client.replace_plan_rows(
        plan.plan_id, rows=rows(sandbox, *quantities), version=plan.version
    )
    assert (filled.status, filled.version) == ("draft", 2)
    return plan.plan_id


def advance(client, local):
    client.advance_clock(to=local)


def moment(text):
    return datetime.fromisoformat(f"{text}+08:00")


def totals(client):
    (found,) = client.control_totals(asset="CEA26").items
    return found


def test_a_plan_is_issued_under_its_total_by_two_people(tmp_path):
    sandbox = start(tmp_path / "state")
    try:
        with (
            member(sandbox, "regulator") as first,
            member(sandbox, "regulator-2") as second,
        ):
            set_total(first, second)
            plan_id = changed_plan(sandbox, first, second)
            receipt = issued(sandbox, first, second, plan_id)
            one_more(sandbox, first, second)
            before = totals(first)
    finally:
        assert stop(sandbox.process) == 0
    outlives(tmp_path / "state", plan_id, receipt, before)


def set_total(first, second):
    first.define_asset(
        ledger="carbon",
        code="CEA26",
        kind="CEA",
        unit="tCO2e",
        scale=0,
        title_zh="2026年度配额",
        title_en="CEA 2026",
        vintage="2026",
        region="",
        basin="",
    )
    asked = first.set_control_total(**TOTAL, idempotency_key="total")
    assert first.set_control_total(**TOTAL, idempotency_key="total") == asked
    assert asked.figures == {"place": "", "quantity": "600"}
    (waiting,) = second.approvals(status="pending").items
    assert (waiting.approval_id, waiting.kind) == (asked.approval_id, "SetControlTotal")
    alone = code_of(lambda: approve(first, asked))
    assert (alone.code, alone.problem.rule.id) == (
        "approval_own_request",
        "carbon.approvals.four_eyes",
    )
    assert first.control_totals(asset="CEA26").items == ()
    assert approve(second, asked).status == "approved"
    assert (totals(first).quantity, totals(first).headroom) == (600, 600)


def changed_plan(sandbox, first, second):
    """Publish; issue too early; change the rows while an issue waits for approval."""
    plan_id = draft(first, sandbox, 100, 200, 299)
    first.publish_plan(plan_id, objections_until=NINE, document="公示")
    early = code_of(lambda: first.issue_plan(plan_id, document="发放"))
    assert early.code == "objection_deadline_open"
    objection_id = objected(sandbox, plan_id)
    advance(first, moment("2026-03-10T09:35"))
    dismissed(sandbox, first, plan_id, objection_id)
    asked = first.issue_plan(plan_id, document="发放")
    assert asked.figures["quantity"] == "599"
    first.replace_plan_rows(plan_id, rows=rows(sandbox, *GIVEN), version=2)
    changed = code_of(lambda: first.issue_plan(plan_id, document="发放"))
    assert changed.code == "plan_changed"
    first.publish_plan(plan_id, objections_until=date(2026, 3, 17), document="再次公示")
    upheld(sandbox, first, plan_id)
    first.replace_plan_rows(plan_id, rows=rows(sandbox, *GIVEN), version=3)
    first.publish_plan(plan_id, objections_until=date(2026, 3, 17), document="修订后公示")
    assert code_of(lambda: approve(second, asked)).code == "plan_changed"
    assert first.withdraw_request(asked.approval_id).status == "withdrawn"
    advance(first, moment("2026-03-18T09:35"))
    return plan_id


def objected(sandbox, plan_id):
    """A party objects for its own entity; repeated, that is one objection."""
    with member(sandbox, FIRMS[0]) as firm, member(sandbox, FIRMS[1]) as other:
        terms = {"entity": "unit-1", "text": "产量应为1200吨"}
        filed = firm.file_objection(plan_id, **terms, idempotency_key="objection")
        assert firm.file_objection(plan_id, **terms, idempotency_key="objection") == filed
        assert code_of(lambda: firm.file_objection(plan_id, **terms)).code == "objection_exists"
        with pytest.raises(steppe.NotFound, match="entity_unknown"):
            other.file_objection(plan_id, **terms)
        shown = firm.objection(filed.objection_id)
        assert (shown.status, shown.text, shown.own_hash()) == (
            "filed",
            terms["text"],
            filed.text_hash,
        )
        with pytest.raises(steppe.ObjectionUnknown):
            other.objection(filed.objection_id)
    return filed.objection_id


def dismissed(sandbox, first, plan_id, objection_id):
    """Undecided it holds the issue up; decided it is final, and it is too late for another."""
    held_up = code_of(lambda: first.issue_plan(plan_id, document="发放"))
    assert (held_up.code, held_up.problem.figures["entity"]) == ("objection_undecided", "unit-1")
    decision = {"text": "核实无误", "document": "内环函〔2026〕9号"}
    first.decide_objection(objection_id, outcome="dismissed", **decision)
    again = code_of(lambda: first.decide_objection(objection_id, outcome="upheld", **decision))
    assert again.code == "objection_decided"
    with member(sandbox, FIRMS[0]) as firm:
        shown = firm.objection(objection_id)
        assert (shown.status, shown.decision) == ("dismissed", "核实无误")
        late = code_of(lambda: firm.file_objection(plan_id, entity="unit-1", text="再议"))
        assert (late.code, late.problem.rule.id) == (
            "objection_deadline_passed",
            "carbon.allocation.objection_days_min",
        )
        assert late.problem.figures == {"deadline": "2026-03-09", "today": "2026-03-10"}


def upheld(sandbox, first, plan_id):
    with member(sandbox, FIRMS[1]) as firm:
        filed = firm.file_objection(plan_id, entity="unit-2", text="遗漏一条生产线")
    told = first.decide_objection(
        filed.objection_id, outcome="upheld", text="属实", document="内环函〔2026〕10号"
    )
    assert told.status == "upheld"
    (waiting,) = first.objections(plan_id=plan_id, undecided=False).items[1:]
    assert waiting.objection_id == filed.objection_id


def issued(sandbox, first, second, plan_id):
    asked = first.issue_plan(plan_id, document="发放")
    receipt = approve(second, asked, key="issue")
    entries = first.plan_entries(plan_id).items
    assert [entry.quantity for entry in entries] == list(GIVEN)
    assert len({entry.lot_id for entry in entries}) == 3
    now = totals(first)
    assert (now.headroom, now.allocated, now.quantity) == (0, 600, 600)
    for name, quantity in zip(FIRMS, GIVEN, strict=True):
        with member(sandbox, name) as firm:
            (lot,) = firm.lots(asset="CEA26").items
            assert (lot.quantity, lot.source) == (quantity, f"allocation plan {plan_id}")
            (entry,) = firm.plan_entries(plan_id).items
            assert (entry.lot_id, entry.quantity) == (lot.lot_id, quantity)
            assert firm.plan(plan_id).status == "issued"
    with pytest.raises(steppe.PlanAlreadyIssued):
        first.replace_plan_rows(plan_id, rows=rows(sandbox, 1), version=4)
    with pytest.raises(steppe.PlanAlreadyIssued):
        first.issue_plan(plan_id, document="再次发放")
    return receipt


def one_more(sandbox, first, second):
    """Nothing is left: a plan for one unit, or another way to issue one, is refused."""
    plan_id = draft(first, sandbox, 1)
    first.publish_plan(plan_id, objections_until=date(2026, 3, 25), document="公示")
    with member(sandbox, "baotou-steel") as firm:
        assert firm.plan(plan_id).status == "published"
    advance(first, moment("2026-03-26T09:35"))
    over = code_of(lambda: first.issue_plan(plan_id, document="发放"))
    assert over.code == "headroom_insufficient"
    assert over.problem.rule.id == "carbon.totals.hard_limit"
    assert over.problem.figures == {
        "place": "",
        "headroom": "0",
        "requested": "1",
        "row": "1",
        "entity": "unit-1",
    }
    direct = code_of(
        lambda: first.issue_units(
            "CEA26",
            participant_id=sandbox.participant("baotou-steel"),
            quantity=1,
            vintage="2026",
            source="x",
        )
    )
    assert direct.code == "issuance_needs_plan"
    cap = code_of(lambda: second.authorise_issuance("CEA26", quantity=1, document="x"))
    assert cap.code == "cap_is_control_total"


def outlives(folder, plan_id, receipt, before):
    sandbox = start(folder)
    try:
        with member(sandbox, "regulator") as first, member(sandbox, "regulator-2") as second:
            assert totals(first) == before
            assert first.plan(plan_id).status == "issued"
            asked = next(
                one
                for one in second.approvals(status="approved").items
                if one.decided_sequence == receipt.sequence
            )
            again = second.approve_request(
                asked.approval_id, command_hash=asked.command_hash, idempotency_key="issue"
            )
            assert again == receipt
            assert first.ready().status == "ok"
    finally:
        assert stop(sandbox.process) == 0
