"""The client's exceptions and the server's catalogue name the same reasons."""

import inspect
from types import ModuleType

import steppe
from exchange.api.catalogue import CATALOGUE
from exchange.core.reasons import RejectReason
from steppe import (
    refusals,
    refusals_after_issue,
    refusals_budgets,
    refusals_compliance,
    refusals_paid_use,
    refusals_permits,
    refusals_reserves,
    refusals_water,
)

MODULES = (
    refusals,
    refusals_after_issue,
    refusals_budgets,
    refusals_compliance,
    refusals_paid_use,
    refusals_permits,
    refusals_water,
    refusals_reserves,
)


def _codes(module: ModuleType) -> list[str]:
    members = vars(module).values()
    own = [one for one in members if inspect.isclass(one) and one.__module__ == module.__name__]
    return [code for code in map(reason_of, own) if code]


def test_there_is_one_class_for_each_reason_in_the_servers_order():
    order = [reason.value for reason in RejectReason]
    named = [code for module in MODULES for code in _codes(module)]
    assert sorted(named) == sorted(order)
    for module in MODULES:
        codes = _codes(module)
        assert codes == [code for code in order if code in codes]


def test_each_class_is_public_and_named_for_its_code():
    for reason in RejectReason:
        cls = steppe.by_code(reason.value)
        assert cls is not None
        assert cls.__name__ == "".join(word.capitalize() for word in reason.value.split("_"))
        assert getattr(steppe, cls.__name__) is cls
        assert issubclass(cls, steppe.Refused)
        assert cls.__doc__


def test_each_class_belongs_to_the_family_of_its_status():
    families = {404: steppe.NotFound, 409: steppe.Conflict, 422: steppe.Refused}
    for reason in RejectReason:
        cls = steppe.by_code(reason.value)
        assert cls is not None
        assert issubclass(cls, families[CATALOGUE[reason.value].status])


def reason_of(cls: type[steppe.Refused]) -> str | None:
    return next((r.value for r in RejectReason if steppe.by_code(r.value) is cls), None)
