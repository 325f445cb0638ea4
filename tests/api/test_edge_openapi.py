"""The OpenAPI document is complete: forms, problems, tags, security, and no JSON floats."""

import json
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from exchange.app import create_app
from exchange.config import Settings

METHODS = {"get", "post", "put", "patch", "delete"}
PUBLIC = re.compile(
    r"/(livez|readyz|metrics|oauth/token|v1/(time|problems|rules|calendars|regions|formulas|ledgers|assets"
    r"|instruments|control-totals|water|compliance-periods|disclosures|fee-schedules|priority-projects|indicators"
    r"|cancellations)(/.*)?)"
)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what FastAPI warns of is tested below
        return create_app(Settings(mode="sandbox")).openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield method, path, operation


def parts(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parts(inner)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert named <= document["components"]["schemas"].keys()


def test_operation_ids_are_unique(document: dict[str, Any]) -> None:
    ids = Counter(operation["operationId"] for _, _, operation in operations(document))
    assert not [name for name, times in ids.items() if times > 1]


def test_no_number_is_a_json_float(document: dict[str, Any]) -> None:
    assert not [part for part in parts(document) if part.get("type") == "number"]


def test_every_operation_has_tags_an_id_and_documented_problems(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert operation["tags"], path
        assert operation["operationId"], path
        assert operation.get("description") or operation.get("summary"), path
        if path.startswith("/v1") and method != "get":
            assert {"400", "401", "422", "503"} <= operation["responses"].keys(), path


def test_what_is_not_public_takes_a_token(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        public = method == "get" and PUBLIC.fullmatch(path)
        public = public or path == "/v1/formulas:evaluate"  # changes nothing
        if not public and path != "/oauth/token":
            assert operation.get("security"), f"{method} {path}"
