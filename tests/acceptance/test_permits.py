"""A right, its permit, locks on it and the renewal of both: through the client, by the clock."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

import steppe
from tests.acceptance.test_allocation import approve, code_of, member
from tests.support.server import start, stop

TODAY = date(2026, 3, 2)
ASSET = "SO2-PERMIT"
DOCUMENT = "内环许〔2026〕7号"
LAST = TODAY + timedelta(days=60)
SOON = TODAY + timedelta(days=3)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    running = start(tmp_path_factory.mktemp("permits") / "state")
    yield running
    stop(running.process)


@pytest.fixture(scope="module")
def regulator(sandbox):
    with member(sandbox, "regulator") as client:
        yield client


@pytest.fixture(scope="module")
def second(sandbox):
    with member(sandbox, "regulator-2") as client:
        yield client


@pytest.fixture(scope="module")
def firm(sandbox):
    with member(sandbox, "baotou-steel") as client:
        yield client


@pytest.fixture(scope="module")
def account_id(sandbox, regulator):
    """The firm's 100 t until the permit's end, and 5 t that end in three days."""
    regulator.define_asset(
        ledger="emission",
        code=ASSET,
        kind="SO2",
        unit="t",
        scale=3,
        title_zh="二氧化硫",
        title_en="SO2",
    )
    regulator.authorise_issuance(ASSET, quantity=1000, document=DOCUMENT)
    for quantity, last in ((100, LAST), (5, SOON)):
        issued = regulator.issue_units(
            ASSET,
            participant_id=sandbox.participant("baotou-steel"),
            quantity=quantity,
            source=DOCUMENT,
            vintage="2026",
            valid_from=TODAY,
            valid_to=last,
        )
    return issued.account_id


def lots(client):
    return {lot.lot_id: lot for lot in client.lots(asset=ASSET).items}


def may_use(client):
    (right,) = client.usable_rights(asset=ASSET).items
    return right.permitted, right.usable


def tasks(client):
    return [task for task in client.permit_tasks(status="open").items if task.asset == ASSET]


def test_a_right_is_usable_as_far_as_the_permit_states_it(
    sandbox, account_id, regulator, second, firm
):
    assert may_use(firm) == (0, 0)
    terms = {
        "ledger": "emission",
        "number": "91150200-9",
        "participant_id": sandbox.participant("baotou-steel"),
        "quantities": {"SO2": "80.5"},
        "valid_from": TODAY,
        "valid_to": LAST,
        "document": DOCUMENT,
    }
    bare = code_of(lambda: regulator.record_permit(**terms, new_project=True))
    assert (bare.code, bare.rule.id) == (
        "substitution_missing",
        "emission.permits.substitution_ratio",
    )
    source = steppe.models.Substitution(kind="SO2", quantity="160.9", source="老厂关停")
    short = code_of(
        lambda: regulator.record_permit(
            **terms, new_project=True, non_attainment=True, substitution=[source]
        )
    )
    assert (short.code, short.figures["required"]) == ("substitution_insufficient", "161.0000")
    asked = regulator.record_permit(**terms)
    alone = code_of(
        lambda: regulator.approve_request(asked.approval_id, command_hash=asked.command_hash)
    )
    assert alone.code == "approval_own_request"
    approve(second, asked)
    again = code_of(lambda: regulator.record_permit(**terms))
    assert again.code == "permit_exists"
    (task,) = tasks(firm)
    assert (task.held, task.permitted, task.usable) == (105, Decimal("80.5"), Decimal("80.5"))
    assert may_use(firm) == (Decimal("80.5"), Decimal("80.5"))


def test_what_is_locked_is_not_sold_and_what_has_ended_is_gone(account_id, regulator, second, firm):
    old, soon = sorted(lots(firm))
    locked = regulator.lock_units(
        account_id, lot_id=old, quantity=30, kind="own_use", ground="自用", document=DOCUMENT
    )
    approve(second, locked)
    shown = lots(firm)[old]
    assert [(one.kind, one.quantity) for one in shown.locks] == [("own_use", 30)]
    assert (shown.days_left, shown.valid_to) == (60, LAST)
    (balance,) = firm.balances(asset=ASSET).items
    assert (balance.total, balance.held, balance.available) == (105, 30, 75)
    before = [lot.lot_id for lot in firm.lots(asset=ASSET, expiring_before=LAST).items]
    assert before == [soon]
    regulator.advance_clock(to=moment(SOON + timedelta(days=1)))
    assert sorted(lots(firm)) == [old]


def test_a_renewal_is_asked_for_in_time_and_the_right_is_renewed_by_what_was_verified(
    account_id, regulator, second, firm
):
    (permit,) = firm.permits().items
    late = code_of(lambda: firm.request_renewal(permit.permit_id, quantities={"SO2": 90}))
    assert (late.code, late.figures["days"]) == ("renewal_too_late", "60")
    longer = regulator.update_permit(
        permit.permit_id,
        quantities={"SO2": "80.5"},
        valid_from=TODAY,
        valid_to=LAST + timedelta(days=4),
        document=DOCUMENT,
    )
    approve(second, longer)
    asked = firm.request_renewal(
        permit.permit_id, quantities={"SO2": 90}, idempotency_key="renewal-1"
    )
    again = firm.request_renewal(
        permit.permit_id, quantities={"SO2": 90}, idempotency_key="renewal-1"
    )
    assert (asked.renewal, again.sequence) == (1, asked.sequence)
    twice = code_of(lambda: firm.request_renewal(permit.permit_id, quantities={"SO2": 90}))
    assert twice.code == "renewal_exists"
    granted = regulator.decide_renewal(
        permit.permit_id, outcome="granted", quantities={"SO2": 60}, document=DOCUMENT
    )
    approve(second, granted)
    renewed = firm.permit(permit.permit_id)
    assert (renewed.version, renewed.renewals[0].status) == (3, "granted")
    assert renewed.valid_to == date(2031, 5, 5)
    (old,) = lots(firm)
    more = code_of(
        lambda: regulator.renew_right(
            old, account_id=account_id, quantity="60.001", document=DOCUMENT
        )
    )
    assert (more.code, more.figures["verified"]) == ("renewal_above_verified", "60.000")
    approve(
        second,
        regulator.renew_right(old, account_id=account_id, quantity=60, document=DOCUMENT),
    )
    ((_, new),) = lots(firm).items()
    assert (new.quantity, new.vintage, new.valid_to) == (60, "2026", date(2031, 5, 1))
    assert [(one.kind, one.quantity) for one in new.locks] == [("own_use", 30)]
    assert may_use(firm) == (60, 60)
    regulator.advance_clock(seconds=24 * 3600)
    assert tasks(firm) == []


def test_a_plan_for_own_use_issues_lots_that_are_locked(sandbox, regulator, second, firm):
    regulator.define_asset(
        ledger="emission",
        code="SO2-OWN",
        kind="SO2",
        unit="t",
        scale=3,
        title_zh="二氧化硫",
        title_en="SO2",
    )
    total = {"asset": "SO2-OWN", "place": "", "quantity": 100, "document": DOCUMENT}
    approve(second, regulator.set_control_total(**total))
    plan = regulator.create_plan(
        asset="SO2-OWN", method="fixed", vintage="2026", document=DOCUMENT, use="own_use"
    )
    assert plan.use == "own_use"
    row = steppe.PlanRow(
        entity="unit-1", participant_id=sandbox.participant("baotou-steel"), quantity=7
    )
    regulator.replace_plan_rows(plan.plan_id, rows=[row], version=plan.version)
    until = regulator.time().local_date + timedelta(days=7)
    regulator.publish_plan(plan.plan_id, objections_until=until, document=DOCUMENT)
    regulator.advance_clock(to=moment(until + timedelta(days=1)))
    approve(second, regulator.issue_plan(plan.plan_id, document=DOCUMENT))
    (lot,) = firm.lots(asset="SO2-OWN").items
    assert [(one.kind, one.quantity) for one in lot.locks] == [("own_use", 7)]
    (balance,) = firm.balances(asset="SO2-OWN").items
    assert (balance.total, balance.available) == (7, 0)


def moment(day):
    return datetime.fromisoformat(f"{day.isoformat()}T09:35:00+08:00")
