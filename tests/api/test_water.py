"""Water years, saved water and transfers between leagues over HTTP. Domain cases 29 and 35."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.api import acting
from tests.api.things import key, post
from tests.support.server import Sandbox, running_sandbox

DOCUMENT = {"document": "内环发〔2026〕1号"}
BAYANNUR, ORDOS = "150800", "150600"
LEAGUES = {"150800": 4000, "150600": 700, "150200": 550, "150100": 510, "150300": 50, "152900": 50}
"""The quotas in millions of cubic metres."""
FARM = "bayannur-irrigation"


@pytest.fixture(scope="module")
def venue() -> Iterator[Sandbox]:
    """A server of its own, whose clock goes on."""
    with running_sandbox() as running:
        asset = {"ledger": "water", "code": "WY26", "kind": "WATER", "unit": "m3", "scale": 0}
        titles = {"title_zh": "水", "title_en": "Water", "vintage": "2026"}
        place = {"region": "", "basin": ""}
        post(running, "regulator", "/v1/assets", {**asset, **titles, **place})
        agreed(running, "/v1/water/years/2026/ratio", {"asset": "WY26", "ratio": "1"})
        saving = {"asset": "WY26", "place": BAYANNUR, "district": "河套灌区"}
        agreed(running, "/v1/water/savings", saving | {"potential": "1107130000"})
        yield running


def send(venue: Sandbox, name: str, path: str, body: Any) -> httpx2.Response:
    headers = venue.bearer(name, key())
    return httpx2.post(f"{venue.address}{path}", json=body, headers=headers, timeout=60)


def agreed(venue: Sandbox, path: str, body: Any) -> dict[str, Any]:
    return acting.agreed(venue, post, path, body | DOCUMENT)


def refused(answer: httpx2.Response) -> tuple[str, dict[str, str], str]:
    problem = answer.json()
    rule = problem["rule"]["id"] if problem.get("rule") else ""
    return problem["code"], problem.get("figures") or {}, rule


def listed(venue: Sandbox, path: str, name: str | None = None, **query: str) -> list[Any]:
    with venue.client(name) as client:
        found: list[Any] = client.get(path, params=query).json()["items"]
    return found


def totals(venue: Sandbox) -> dict[str, Any]:
    return {one["place"]: one for one in listed(venue, "/v1/control-totals", asset="WY26")}


def test_a_ratio_gives_every_league_its_share_and_a_later_one_changes_it(venue: Sandbox) -> None:
    found = totals(venue)
    assert {place: found[place]["quantity"] for place in LEAGUES} == {
        place: f"{quota}000000" for place, quota in LEAGUES.items()
    }
    asked = agreed(venue, "/v1/water/years/2026/ratio", {"asset": "WY26", "ratio": "0.683333"})
    assert asked["figures"] == {
        "year": "2026",
        "ratio": "0.683333",
        "place": "150000",
        "quantity": "4004331380",
    }
    shares = listed(venue, "/v1/water/shares", asset="WY26", place=BAYANNUR)
    assert [(one["revision"], one["quantity"]) for one in shares] == [
        (1, "4000000000"),
        (2, "2733332000"),
    ]
    newest = shares[-1]
    assert (newest["first_day"], newest["last_day"]) == ("2026-07-01", "2027-06-30")
    assert newest["formula"] == "water.allocation.formula.league"
    assert totals(venue)[BAYANNUR]["headroom"] == str(2_733_332_000 - 738_086_666)


@pytest.mark.parametrize(
    ("year", "ratio", "code", "rule"),
    [
        ("2026", "0.1", "headroom_insufficient", "water.totals.hard_limit"),
        ("2025", "0.5", "water_year_differs", ""),
        ("2024", "0.5", "water_year_out_of_range", "water.water_year.first_month"),
        ("2026", "0", "quantity_not_positive", ""),
    ],
)
def test_a_ratio_that_cannot_be_is_refused(
    venue: Sandbox, year: str, ratio: str, code: str, rule: str
) -> None:
    before = totals(venue)
    body = {"asset": "WY26", "ratio": ratio, **DOCUMENT}
    answer = send(venue, "regulator", f"/v1/water/years/{year}/ratio", body)
    assert (refused(answer)[0], refused(answer)[2]) == (code, rule)
    assert totals(venue) == before


def test_the_year_of_a_path_is_a_year(venue: Sandbox) -> None:
    for year in ("26", "x", "２０２６", "99999"):
        body = {"asset": "WY26", "ratio": "1", **DOCUMENT}
        answer = send(venue, "regulator", f"/v1/water/years/{year}/ratio", body)
        assert refused(answer)[0] == "invalid_request", year


def test_overuse_is_withheld_twice_from_the_next_year(venue: Sandbox) -> None:
    body = {"ledger": "water", "place": ORDOS, "quantity": "1000000"}
    agreed(venue, "/v1/water/years/2025/overuse", body)
    agreed(venue, "/v1/water/years/2026/ratio", {"asset": "WY26", "ratio": "0.7"})
    share = listed(venue, "/v1/water/shares", asset="WY26", place=ORDOS)[-1]
    assert (share["quantity"], share["withheld"]) == ("488000000", "2000000")
    (told,) = listed(venue, "/v1/water/overuse", ledger="water")
    assert (told["place"], told["year"], told["quantity"]) == (ORDOS, 2025, "1000000")


def test_of_what_hetao_saves_two_thirds_may_be_traded(venue: Sandbox) -> None:
    (saving,) = listed(venue, "/v1/water/savings", asset="WY26")
    assert (saving["potential"], saving["tradable"]) == ("1107130000", "738086666")
    assert saving["coefficient"] == "water.saving.coefficient"
    again = {"asset": "WY26", "place": BAYANNUR, "district": "河套灌区", "potential": "3"}
    answer = send(venue, "regulator", "/v1/water/savings", again | DOCUMENT)
    assert (answer.status_code, refused(answer)[0]) == (409, "saving_exists")
    aside = {"asset": "WY26", "place": BAYANNUR, "pot": "saved", "quantity": "1", **DOCUMENT}
    answer = send(venue, "regulator", "/v1/control-totals:set-aside", aside)
    assert refused(answer)[::2] == ("pot_needs_act", "water.totals.pots_by_act")


def test_a_request_of_740_million_saved_is_refused_with_the_figures(venue: Sandbox) -> None:
    plans = "/v1/allocation-plans"
    body = {"asset": "WY26", "method": "fixed", "vintage": "2026", "pot": f"{BAYANNUR}:saved"}
    numbers = []
    for quantity in ("740000000", "738086666"):
        plan = post(venue, "regulator", plans, body | DOCUMENT)["plan_id"]
        taker = {"entity": "ordos", "participant_id": venue.participant("ordos-methanol")}
        rows = {"rows": [taker | {"quantity": quantity}]}
        headers = venue.bearer("regulator") | {"If-Match": '"v1"'}
        url = f"{venue.address}{plans}/{plan}/rows"
        assert httpx2.put(url, json=rows, headers=headers, timeout=60).is_success
        deadline = {"objections_until": "2026-03-09", **DOCUMENT}
        post(venue, "regulator", f"{plans}/{plan}:publish", deadline)
        numbers.append(plan)
    post(venue, "operator", "/v1/sandbox/clock:advance", {"to": "2026-03-10T09:35:00+08:00"})
    answer = send(venue, "regulator", f"{plans}/{numbers[0]}:issue", DOCUMENT)
    code, figures, rule = refused(answer)
    assert (code, rule) == ("pot_insufficient", "water.totals.hard_limit")
    assert (figures["available"], figures["requested"]) == ("738086666", "740000000")
    agreed(venue, f"{plans}/{numbers[1]}:issue", {})
    assert totals(venue)[ORDOS]["allocated"] == "738086666"


def order(venue: Sandbox, name: str, instrument: str, side: str) -> httpx2.Response:
    body = {"client_order_id": key(), "instrument": instrument, "side": side}
    return send(venue, name, "/v1/orders", body | {"quantity": "1", "price": "4390.00"})


@pytest.fixture(scope="module")
def farm(venue: Sandbox) -> None:
    """The irrigation district is admitted to the emission ledger as a farm with some COD."""
    facts = {"account_type": "compliance_entity", "region": BAYANNUR, "basin": "yellow_river"}
    admission = {"ledger": "emission", "sector": "agriculture", "group": None, **facts, **DOCUMENT}
    member = venue.participant(FARM)
    post(venue, "operator", f"/v1/participants/{member}/admissions", admission)
    units = {"participant_id": member, "quantity": "10", "vintage": "2026", "region": ""}
    terms = {"basin": "", "valid_from": None, "valid_to": None, "tradable_from": None}
    path = "/v1/assets/COD-YR/issuances"
    post(venue, "regulator", path, units | terms | {"source": "试"})


@pytest.mark.usefixtures("farm")
@pytest.mark.parametrize(
    ("name", "instrument", "side", "code", "rule"),
    [
        ("ordos-methanol", "SO2-150200", "buy", "region_not_eligible", "geography.SO2"),
        ("baotou-power", "SO2-150200", "sell", "sector_not_eligible", "sector_separation.SO2"),
        (FARM, "COD-YR", "sell", "sector_not_eligible", "sector_separation.COD"),
        ("chifeng-copper", "COD-YR", "buy", "basin_not_eligible", "geography.COD"),
    ],
)
def test_the_book_keeps_league_sector_and_basin_apart(
    venue: Sandbox, name: str, instrument: str, side: str, code: str, rule: str
) -> None:
    answer = order(venue, name, instrument, side)
    assert refused(answer)[::2] == (code, f"emission.eligibility.{rule}")


def account(venue: Sandbox, name: str, asset: str) -> str:
    query = {"ledger": "emission", "asset": asset}
    (found,) = listed(venue, "/v1/accounts", name, **query)
    return str(found["account_id"])


def transfer(
    venue: Sandbox, giver: str, taker: str, asset: str, taken: str | None = None
) -> httpx2.Response:
    leg = {
        "debit_account_id": account(venue, giver, asset),
        "credit_account_id": account(venue, taker, taken or asset),
        "quantity": "1",
    }
    body = {"ledger": "emission", "legs": [leg], "mode": "posted", "reference": "协议转让"}
    return send(venue, giver, "/v1/transfers", body)


@pytest.mark.usefixtures("farm")
def test_agreements_keep_sectors_and_leagues_apart(venue: Sandbox) -> None:
    answer = transfer(venue, "baotou-power", "baotou-steel", "SO2-150200")
    assert refused(answer)[::2] == (
        "sector_not_eligible",
        "emission.eligibility.sector_separation.SO2",
    )
    answer = transfer(venue, FARM, "bayannur-ammonia", "COD-YR")
    assert refused(answer)[::2] == (
        "sector_not_eligible",
        "emission.eligibility.sector_separation.COD",
    )
    assert transfer(venue, "baotou-steel", "baotou-aluminium", "SO2-150200").is_success


def test_air_leaves_its_league_only_as_far_as_was_approved(venue: Sandbox) -> None:
    giver, taker = (venue.participant(name) for name in ("baotou-steel", "ordos-methanol"))
    crossing = {"asset": "SO2-150200", "giver_id": giver, "taker_id": taker, "quantity": "1.5"}
    agreed(venue, "/v1/cross-region-approvals", crossing)
    assert transfer(venue, "baotou-steel", "ordos-methanol", "SO2-150200").is_success
    code, figures, rule = refused(transfer(venue, "baotou-steel", "ordos-methanol", "SO2-150200"))
    assert (code, rule) == ("region_not_eligible", "emission.eligibility.geography.SO2")
    assert figures == {"approved": "0.5000", "requested": "1.0000"}
    for name in ("baotou-steel", "ordos-methanol", "regulator"):
        (seen,) = listed(venue, "/v1/cross-region-approvals", name)
        assert (seen["approved"], seen["remaining"]) == ("1.5000", "0.5000")
    assert listed(venue, "/v1/cross-region-approvals", "baotou-aluminium") == []
