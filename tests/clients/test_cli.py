"""The command line: what it sends, what it prints, how it exits."""

import json

import httpx2
import pytest
from typer.testing import CliRunner

from steppe import Client, RetryPolicy
from steppe.cli import make_app
from steppe.cli.profiles import config_path, resolve
from steppe.cli.verbs import VERBS
from tests.clients.support import ORDER, Script, Time, ok, problem

PLACE = [
    "orders",
    "place",
    "--instrument",
    "CEA24",
    "--side",
    "buy",
    "--quantity",
    "100",
    "--price",
    "81.50",
]


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    for name in ("URL", "PROFILE", "CLIENT_SECRET", "KEY_FILE"):
        monkeypatch.delenv(f"STEPPE_{name}", raising=False)
    monkeypatch.setenv("STEPPE_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("STEPPE_CLIENT_ID", "k_1")
    monkeypatch.setenv("STEPPE_CLIENT_SECRET", "hush")
    monkeypatch.setenv("TERMINAL_WIDTH", "200")


@pytest.fixture
def steppe():
    def run(*words, script=None, stdin=None):
        def connect(profile):
            return Client(
                profile.url,
                credentials=profile.credentials(),
                transport=httpx2.MockTransport(script or Script()),
                retry=RetryPolicy(attempts_max=1),
                sleep=Time().sleep,
            )

        return CliRunner().invoke(make_app(connect), [*words], input=stdin)

    return run


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.words.replace(" ", "-"))
def test_every_verb_explains_itself(steppe, verb):
    result = steppe(*verb.words.split(), "--help")
    assert result.exit_code == 0, result.output
    first = (verb.build.__doc__ or "").split(".")[0].split("`")[0].split()[:4]
    assert " ".join(first) in " ".join(result.output.split())


def test_an_order_is_placed_and_shown(steppe):
    script = Script([ok(ORDER)])
    result = steppe(*PLACE, script=script)
    assert result.exit_code == 0, result.output
    assert "carbon.o17" in result.output
    assert json.loads(script.requests[0].content)["price"] == "81.50"


def test_json_is_the_venues_answer_with_fields_unknown_here(steppe):
    result = steppe(*PLACE, "-o", "json", script=Script([ok(ORDER)]))
    assert json.loads(result.stdout) == ORDER


def test_a_dry_run_shows_the_request_and_sends_nothing(steppe):
    script = Script()
    result = steppe(*PLACE, "--client-order-id", "mine-1", "--dry-run", script=script)
    assert result.exit_code == 0, result.output
    assert "POST http://127.0.0.1:8000/v1/orders" in result.stdout
    assert '"client_order_id": "mine-1"' in result.stdout
    assert "hush" not in result.output
    assert script.requests == script.token_requests == []


def test_a_dry_run_as_json(steppe):
    result = steppe("orders", "list", "--ledger", "carbon", "--dry-run", "-o", "json")
    shown = json.loads(result.stdout)
    assert shown["method"] == "GET"
    assert shown["url"].endswith("/v1/orders?ledger=carbon")


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (problem(422, "session_closed"), 3),
        (problem(422, "reason_of_tomorrow"), 3),
        (problem(400, "malformed_json"), 2),
        (problem(403, "forbidden"), 4),
        (problem(404, "not_found"), 5),
        (problem(422, "instrument_unknown"), 5),
        (problem(409, "client_order_id_reused"), 6),
        (problem(429, "too_many_requests"), 7),
        (httpx2.ConnectError("nobody there"), 7),
        (httpx2.ReadTimeout("no answer"), 8),
    ],
)
def test_exit_codes(steppe, reply, code):
    result = steppe(*PLACE, script=Script([reply]))
    assert result.exit_code == code, result.output
    assert result.stderr.startswith("error: ")
    assert result.stdout == ""


def test_refused_credentials_exit_as_not_authorised(steppe):
    script = Script(tokens=[problem(401, "invalid_client")])
    assert steppe("orders", "list", script=script).exit_code == 4


def test_missing_credentials_are_said_before_anything_is_sent(steppe, monkeypatch):
    monkeypatch.delenv("STEPPE_CLIENT_ID")
    script = Script([ok({"items": []})])
    result = steppe("orders", "list", script=script)
    assert (result.exit_code, script.requests) == (4, [])
    assert steppe("instruments", "list", script=script).exit_code == 0


def test_an_unknown_outcome_says_which_id_to_send_again(steppe):
    lost = Script([httpx2.ReadTimeout("no answer")])
    result = steppe(*PLACE, "--client-order-id", "mine-1", script=lost)
    assert "same id (mine-1)" in result.stderr
    lost = Script([httpx2.ReadTimeout("no answer")])
    result = steppe(*PLACE, "--client-order-id", "mine-1", "-o", "json", script=lost)
    assert json.loads(result.stderr)["command_ids"] == ["mine-1"]


@pytest.mark.parametrize(
    "words",
    [
        ["orders", "place", "--instrument", "CEA24", "--side", "buy", "--quantity", "1e3"],
        ["orders", "place", "--instrument", "CEA24", "--side", "hold", "--quantity", "1"],
        ["orders", "place"],
        ["orders", "batch", "absent.json"],
        ["rules", "list", "--as-of", "yesterday"],
        ["clock", "advance", "--to", "2026-03-02T09:35:00"],
        ["clock", "advance"],
        ["transfers", "create", "--ledger", "carbon", "--reference", "x", "--leg", "a:b"],
        ["keys", "create", "--operator-id", "u1"],
        ["orders", "show", ".."],
        ["time", "--profile", "absent"],
        ["time", "--url", "venue.test"],
        ["no-such-verb"],
    ],
    ids=" ".join,
)
def test_usage_errors(steppe, words):
    result = steppe(*words)
    assert result.exit_code == 2, result.output


def test_lists_are_tables_and_tell_of_more(steppe):
    page = {"items": [{"ledger": "carbon", "title_zh": "碳排放权"}], "next_cursor": "c1"}
    result = steppe("assets", "list", script=Script([ok(page)]))
    assert "碳排放权" in result.stdout
    assert "--cursor c1" in result.stderr


def test_all_goes_through_all_pages(steppe):
    pages = [ok({"items": [{"n": 1}], "next_cursor": "c1"}), ok({"items": [{"n": 2}]})]
    result = steppe("assets", "list", "--all", "-o", "json", script=Script(pages))
    assert json.loads(result.stdout)["items"] == [{"n": 1}, {"n": 2}]


def test_a_book_is_shown_side_by_side_list(steppe):
    level = {"price": "81.50", "quantity": "100", "orders": 2}
    book = {"instrument": "CEA24", "sequence": 7, "bids": [level], "asks": []}
    result = steppe("book", "CEA24", script=Script([ok(book)]))
    assert "81.50" in result.stdout
    assert "bids" in result.stdout


def test_orders_from_csv_keep_their_digits(steppe, tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text(
        "instrument,side,quantity,price,good_till_date,time_in_force,post_only\n"
        "CEA24,buy,100,81.50,,,\n"
        "CEA24,sell,5.0,90,2026-03-06,gtd,true\n",
        encoding="utf-8-sig",
    )
    result = steppe("orders", "batch", str(file), "--mode", "atomic", "--dry-run", "-o", "json")
    first, second = json.loads(result.stdout)["body"]["orders"]
    assert (first["price"], first["post_only"]) == ("81.50", False)
    assert (second["quantity"], second["post_only"]) == ("5.0", True)
    assert second["good_till_date"] == "2026-03-06"


def test_entities_and_sources_from_files(steppe, tmp_path):
    file = tmp_path / "rows.csv"
    dry = ("--dry-run", "-o", "json")
    file.write_text("entity,participant_id,threshold,ground,listed\nA,p1,1.50,exit,false\n")
    path = ("periods", "enter", "carbon.2025", "--document", "1")
    (entry,) = json.loads(steppe(*path, "--entries", str(file), *dry).stdout)["body"]["entries"]
    assert (entry["threshold"], entry["listed"]) == ("1.50", False)
    file.write_text("name,kind,activity,activity_unit,factor,factor_unit\n1,fuel,400,t,2.50,t/t\n")
    days = ("--first-day", "2025-01-01", "--last-day", "2025-12-31")
    report = ("reports", "submit", "carbon.g1", *days, "--sources", str(file), *dry)
    body = json.loads(steppe(*report).stdout)["body"]
    assert (body["sources"][0]["factor"], body["attachments"]) == ("2.50", [])


def test_orders_from_the_input_with_a_misspelt_field(steppe):
    text = '[{"instrument": "CEA24", "side": "buy", "quantity": 1.10, "pric": 3}]'
    result = steppe("orders", "batch", "-", "--dry-run", stdin=text)
    assert result.exit_code == 2
    assert "pric" in result.output


def test_a_batch_refused_in_part_exits_as_refused(steppe):
    answer = {"results": [{"status": "refused", "problem": {"code": "price_off_tick"}}]}
    text = '[{"instrument": "CEA24", "side": "buy", "quantity": 1.10, "price": 3}]'
    result = steppe("orders", "batch", "-", script=Script([ok(answer)]), stdin=text)
    assert result.exit_code == 3
    assert "price_off_tick" in result.stdout


def test_rules_from_toml(steppe, tmp_path):
    file = tmp_path / "rules.toml"
    file.write_text(
        '[[rules]]\nid = "carbon.trading.band"\nversion = 2\nkind = "ratio"\nvalue = ["0.10"]\n'
        'unit = ""\nvalid_from = 2026-03-01\ntitle_zh = "涨跌幅"\ntitle_en = "Band"\n'
        'source = "art. 1"\nevidence = "law"\n',
        encoding="utf-8",
    )
    words = ["--ledger", "carbon", "--document", "d1", "--rules", str(file), "--dry-run"]
    result = steppe("rules", "activate", *words, "-o", "json")
    (rule,) = json.loads(result.stdout)["body"]["rules"]
    assert rule["valid_from"] == "2026-03-01"
    assert "valid_to" not in rule


def test_profiles_come_from_the_file_and_environment_goes_before(monkeypatch):
    config_path().write_text(
        'default = "a"\n[profiles.a]\nurl = "http://a.test"\nclient_id = "k_a"\n'
        'key_file = "a.pem"\n[profiles.b]\nurl = "http://b.test"\n'
    )
    monkeypatch.delenv("STEPPE_CLIENT_ID")
    monkeypatch.delenv("STEPPE_CLIENT_SECRET")
    chosen = resolve(None, None)
    assert (chosen.url, chosen.client_id) == ("http://a.test", "k_a")
    assert chosen.key_file == str(config_path().parent / "a.pem")
    monkeypatch.setenv("STEPPE_PROFILE", "b")
    assert resolve(None, None).url == "http://b.test"
    assert resolve("a", None).url == "http://a.test"
    monkeypatch.setenv("STEPPE_URL", "http://env.test")
    assert resolve("a", None).url == "http://env.test"
    assert resolve("a", "http://word.test").url == "http://word.test"


def test_profiles_are_listed_without_secrets(steppe):
    config_path().write_text('[profiles.a]\nclient_id = "k_a"\nclient_secret = "quiet"\n')
    result = steppe("profiles", "list", "-o", "json")
    assert json.loads(result.stdout)["items"][0]["client_id"] == "k_a"
    assert "quiet" not in result.output


def test_a_misspelt_profile_is_a_usage_error(steppe):
    config_path().write_text('[profiles.a]\nadress = "x"\n')
    result = steppe("time")
    assert result.exit_code == 2
    assert "adress" in result.stderr


def test_a_key_pair_is_made(steppe, tmp_path):
    result = steppe("keys", "generate", str(tmp_path / "k.pem"))
    assert json.loads(result.stdout)["crv"] == "Ed25519"
    assert steppe("keys", "generate", str(tmp_path / "k.pem")).exit_code == 2


def test_a_formula_is_evaluated_with_inputs_by_name(steppe):
    script = Script([ok({"result": "45000", "unit": "tce", "trace": {}, "trace_hash": "ab"})])
    words = ("formulas", "evaluate", "energy.obligation.formula.henan", "--as-of", "2026-03-02")
    result = steppe(*words, "--input", "B=0.30", "--input", "class=coal", script=script)
    assert result.exit_code == 0, result.output
    assert "45000" in result.output
    (request,) = script.requests
    assert "authorization" not in request.headers
    assert json.loads(request.content) == {
        "formula": "energy.obligation.formula.henan",
        "inputs": {"B": "0.30", "class": "coal"},
        "as_of": "2026-03-02",
    }


@pytest.mark.parametrize("given", ["B", "=1", ""])
def test_an_input_without_name_or_sign_is_a_usage_error(steppe, given):
    result = steppe("formulas", "evaluate", "x.y", "--input", given)
    assert result.exit_code == 2
