"""Operations as data: each is a method of both clients and a verb, and builds the right request."""

import inspect
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

import steppe
from steppe import operations
from steppe.cli.verbs import VERBS

MODULES = [
    operations.reference,
    operations.calculation,
    operations.identity,
    operations.holdings,
    operations.market_data,
    operations.trading,
    operations.sandbox,
    operations.inbox,
    operations.totals,
    operations.allocation,
    operations.objecting,
    operations.after_issue,
    operations.compliance,
    operations.reporting,
    operations.desk,
    operations.locks,
    operations.permits,
    operations.water,
    operations.paid_use,
    operations.budgets,
    operations.cancellation,
    operations.reserves,
]
ALL = {
    name: build
    for module in MODULES
    for name, build in vars(module).items()
    if inspect.isfunction(build)
    and build.__module__ == module.__name__
    and not name.startswith("_")
}
SAMPLES: dict[str, Any] = {
    "quantity": "5",
    "amount": "5.00",
    "price": "5",
    "reference_price": "5",
    "orders": (),
    "legs": (),
    "inputs": {"B": "0.3"},
    "quantities": {"SO2": "80"},
    "valid_from": date(2026, 3, 2),
    "rows": (),
    "file": steppe.models.PlanFile(b""),
    "change": "-5",
    "ratio": "0.5",
    "potential": "5",
    "accept_until": date(2026, 3, 31),
    "last_day": date(2026, 12, 31),
    "years": 5,
    "closes_on": date(2026, 3, 9),
    "objections_until": date(2026, 3, 9),
    "rules": (),
    "entries": (),
    "sources": (),
    "items": (),
    "first_day": date(2026, 3, 9),
    "report_by": date(2026, 3, 9),
    "surrender_by": date(2026, 3, 9),
    "correct_by": date(2026, 3, 9),
    "scopes": ("view",),
    "ledgers": None,
    "version": 3,
    "scale": 0,
    "due": "1000000",
    "allocated": "880000",
    "closed_on": date(2026, 3, 2),
    "months_run": 7,
    "year": 2026,
    "energy": "5",
    "target": "5",
    "value": "5",
    "secret": True,
    "to": datetime(2026, 3, 2, tzinfo=UTC),
}


def _sample(build: Callable[..., Any]) -> Any:
    signature = inspect.signature(build)
    wanted = [
        name
        for name, one in signature.parameters.items()
        if one.default is one.empty or name in {"secret", "to"}
    ]
    return build(**{name: SAMPLES.get(name, "x1") for name in wanted})


def _methods(client: type) -> set[str]:
    return {name for name in vars(client) if not name.startswith("_")}


def test_both_clients_have_a_method_for_every_operation():
    assert set(ALL) <= _methods(steppe.Client)
    assert _methods(steppe.Client) - {"close"} == _methods(steppe.AsyncClient) - {"aclose"}
    for name, build in ALL.items():
        for client in (steppe.Client, steppe.AsyncClient):
            assert inspect.unwrap(getattr(client, name)) is build


def test_the_command_line_has_a_verb_for_every_operation():
    assert {verb.build for verb in VERBS} == set(ALL.values())
    assert len({verb.words for verb in VERBS}) == len(VERBS)


def test_columns_of_tables_are_fields_of_the_answers():
    for verb in VERBS:
        item = msgspec.inspect.type_info(_sample(verb.build).answer)
        if verb.columns:
            (items,) = (one for one in item.fields if one.encode_name == "items")
            known = {one.encode_name for one in items.type.item_type.fields}
            assert set(verb.columns) <= known, verb.words


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_change_can_be_repeated_or_names_a_version(name):
    request = _sample(ALL[name])
    if request.method == "POST" and request.changes and name != "place_orders":
        assert request.repeatable
        key = request.headers.get("Idempotency-Key") or request.body["client_order_id"]
        assert request.command_ids == (key,)
    if request.method in {"PATCH", "PUT"}:
        assert request.headers["If-Match"] == '"v3"'
        assert not request.repeatable
    assert ALL[name].__doc__


def test_an_order_is_sent_as_the_venue_reads_it():
    request = operations.trading.place_order(
        instrument="CEA24",
        side="sell",
        quantity=Decimal("10.5"),
        price=80,
        time_in_force="gtd",
        good_till_date=date(2026, 3, 6),
        client_order_id="mine-1",
    )
    assert (request.method, request.path) == ("POST", "/v1/orders")
    assert request.body == {
        "client_order_id": "mine-1",
        "instrument": "CEA24",
        "side": "sell",
        "quantity": "10.5",
        "price": "80",
        "order_type": "limit",
        "time_in_force": "gtd",
        "good_till_date": "2026-03-06",
        "post_only": False,
        "self_trade_prevention": "cancel_newest",
    }
    assert "Idempotency-Key" not in request.headers


def test_an_atomic_batch_has_a_key_and_independent_orders_have_their_own_ids():
    orders = [steppe.NewOrder(instrument="CEA24", side="buy", quantity=1, price=2)] * 2
    atomic = operations.trading.place_orders(orders, mode="atomic", idempotency_key="batch-1")
    assert atomic.headers == {"Idempotency-Key": "batch-1"}
    independent = operations.trading.place_orders(orders)
    assert independent.headers == {}
    assert independent.command_ids == (orders[0].client_order_id, orders[1].client_order_id)
    with pytest.raises(ValueError, match="independent"):
        operations.trading.place_orders(orders, idempotency_key="batch-1")


@pytest.mark.parametrize("bad", ["", ".", ".."])
def test_what_cannot_be_part_of_a_path_is_refused(bad):
    with pytest.raises(ValueError, match="not an id"):
        operations.trading.order(bad)


def test_an_id_cannot_lead_to_another_path():
    assert operations.trading.order("a/../b?c").path == "/v1/orders/a%2F..%2Fb%3Fc"


@pytest.mark.parametrize("bad", ["", "with space", "x" * 65, "é"])
def test_ids_the_venue_would_not_take_are_refused(bad):
    with pytest.raises(ValueError, match="an id has"):
        operations.trading.cancel_order("carbon.o1", idempotency_key=bad)


def test_a_private_key_is_not_sent_as_a_public_one():
    with pytest.raises(ValueError, match="private"):
        operations.identity.create_key(operator_id="u1", public_key={"kty": "OKP", "d": "secret"})
    with pytest.raises(ValueError, match="either"):
        operations.identity.create_key(operator_id="u1")


def test_a_rule_read_back_can_be_activated_again():
    fields = {"kind": "ratio", "value": ("0.10",), "unit": "", "valid_from": date(2026, 3, 1)}
    texts = dict.fromkeys(("title_zh", "title_en", "source", "evidence"), "x")
    rule = steppe.EffectiveRule(id="a.b", version=1, ledger="carbon", rule_set=3, **fields, **texts)
    request = operations.reference.activate_rules(ledger="carbon", rules=[rule], document="d")
    (sent,) = msgspec.json.decode(request.content())["rules"]
    assert set(sent) == set(steppe.Rule.__struct_fields__) - {"valid_to"}
    assert sent["valid_from"] == "2026-03-01"


def test_the_clock_is_advanced_in_one_way():
    with pytest.raises(ValueError, match="either"):
        operations.sandbox.advance_clock()
