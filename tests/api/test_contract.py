"""Whatever is sent, the answer is one that the OpenAPI document describes, and never a 5xx."""

import itertools
import warnings
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from exchange.allocation.import_router import KINDS
from exchange.app import create_app
from exchange.config import Settings
from tests.support.server import Sandbox, running_sandbox

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MEMBERS = ("operator", "regulator", "hohhot-power")
KNOWN = {
    "code": ("CEA24", "NOX-150200", "price_outside_band"),
    "ledger": ("carbon", "water"),
    "participant_id": ("p9", "p10"),
    "operator_id": ("u9", "u10"),
    "order_id": ("carbon.o1", "carbon.o2"),
    "client_order_id": ("contract.1",),
    "account_id": ("carbon.a1", "carbon.a9"),
    "chain_id": ("carbon.x1",),
    "transfer_id": ("carbon.x1", "carbon.x9"),
    "freeze_id": ("carbon.f1",),
    "lot_id": ("carbon.l1",),
}
"""Names of things that exist, for half of the requests: else all would end at a 404."""


@pytest.fixture(scope="module")
def venue() -> Iterator[Sandbox]:
    """A server of its own: what is sent here may freeze members and halt instruments."""
    with running_sandbox() as running:
        order = {"client_order_id": "contract.1", "instrument": "CEA24", "side": "buy"}
        with running.client("hohhot-power") as client:
            for name in ("contract.1", "contract.2"):
                body = {**order, "client_order_id": name, "quantity": "10", "price": "97.00"}
                assert client.post("/v1/orders", json=body).status_code == 201
        yield running


@pytest.fixture(scope="module")
def tokens(venue: Sandbox) -> dict[str, str]:
    return {name: venue.token(name) for name in MEMBERS}


schemathesis.serializer.alias(list(KINDS), "application/octet-stream")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    described = create_app(Settings(mode="sandbox")).openapi()
schema = schemathesis.openapi.from_dict(described).exclude(path_regex="clock:advance")
numbers = itertools.count()


def _orders(body: object) -> list[dict[str, object]]:
    """The orders of a batch: ids used by chance twice would say nothing about the others."""
    orders = body.get("orders") if isinstance(body, dict) else None
    return (
        [order for order in orders if isinstance(order, dict) and "client_order_id" in order]
        if isinstance(orders, list)
        else []
    )


@schema.parametrize()
@settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_answer_is_a_described_one(case, venue: Sandbox, tokens: dict[str, str]) -> None:
    number = next(numbers)
    headers = {"Authorization": f"Bearer {tokens[MEMBERS[number % len(MEMBERS)]]}"}
    if number % 2:
        for name in case.path_parameters or {}:
            known = KNOWN.get(name)
            if known:
                case.path_parameters[name] = known[number // 2 % len(known)]
    for order in _orders(case.body):
        order["client_order_id"] = f"contract.{next(numbers)}"
    if case.method == "POST" and number % 8:
        headers["Idempotency-Key"] = f"contract-{number}"
    case.call_and_validate(base_url=venue.address, headers=headers, checks=CHECKS)
