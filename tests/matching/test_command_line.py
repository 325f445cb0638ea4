"""`python -m matching`: messages in as JSON lines, events out, in order."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

import matching
from matching.lines import parse

TOP = Path(matching.__file__).parents[1]
SELL = {"type": "new", "order_id": 101, "owner": 1, "side": "sell", "quantity": 7, "price": 1600}
BUY = {"type": "new", "order_id": 201, "owner": 2, "side": "buy", "quantity": 2, "price": 1700}


def run(*options, lines=()):
    text = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    done = subprocess.run(
        [sys.executable, "-m", "matching", *map(str, options)],
        input=text,
        capture_output=True,
        text=True,
        cwd=TOP,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_file_is_played_in_order_and_the_final_book_printed(tmp_path):
    file = tmp_path / "messages.jsonl"
    orders = [SELL, BUY | {"time_in_force": "ioc"}, {"type": "cancel", "order_id": 9}]
    file.write_text("\n\n".join(map(json.dumps, orders)))
    status, out, _ = run(file, "--depth", 5)
    assert status == 0
    assert out.splitlines() == [
        '{"type":"accepted","order_id":101,"leaves":7}',
        '{"type":"accepted","order_id":201,"leaves":2}',
        (
            '{"type":"traded","maker_order_id":101,"taker_order_id":201,"price":1600,"quantity":2,'
            '"maker_leaves":5,"taker_leaves":0}'
        ),
        '{"type":"rejected","order_id":9,"reason":"unknown_order"}',
        '{"type":"depth","bids":[],"asks":[{"price":1600,"quantity":5,"orders":1}]}',
    ]


def test_malformed_lines_are_named_and_the_rest_goes_on():
    bad = [
        "nonsense\n",
        "[" * 5_000 + "\n",
        "[1]\n",
        BUY | {"side": "bought"},
        BUY | {"price": 1.5},
    ]
    status, out, _ = run(lines=[SELL, *bad, {"type": "cancel", "order_id": 101}])
    answers = [json.loads(line) for line in out.splitlines()]
    assert status == 1
    assert [a.get("line", a["type"]) for a in answers] == ["accepted", 2, 3, 4, 5, 6, "cancelled"]
    assert answers[4]["problem"] == "side is one of buy, sell"


def test_limits_are_options():
    odd = [SELL | {"price": 1601}, SELL, BUY | {"order_id": 5}]
    status, out, _ = run("--tick", 5, "--quantity-min", 3, "--ids-in-any-order", lines=odd)
    assert status == 0
    assert [json.loads(line).get("reason") for line in out.splitlines()] == [
        "price_off_tick",
        None,
        "quantity_below_minimum",
    ]


@pytest.mark.parametrize("options", [("no such file",), ("--tick", "0"), ("--depth", "-1")])
def test_a_wrong_command_says_so(options):
    status, out, error = run(*options)
    assert (status, out) == (2, "")
    assert "error: " in error


def test_the_example_of_the_readme_is_what_happens(tmp_path):
    readme = (TOP / "matching" / "README.md").read_text(encoding="utf-8")
    messages, events = (part.split("```")[0] for part in readme.split("```jsonl\n")[1:])
    file = tmp_path / "messages.jsonl"
    file.write_text(messages)
    assert run(file, "--depth", 5)[:2] == (0, events)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"{}", "type"),
        (b'{"type":"buy"}', "Invalid value 'buy'"),
        (b'{"type":"cancel"}', "order_id"),
        (b'{"type":"cancel","order_id":1,"ownr":2}', "ownr"),
        (b'{"type":"cancel","order_id":"1"}', "Expected `int`"),
        (b'{"type":"cancel","order_id":1.0}', "Expected `int`"),
        (b'{"type":"cancel","order_id":true}', "Expected `int`"),
        (b'{"type":"cancel","order_id":-1}', ">= 0"),
        (b'{"type":"cancel","order_id":9223372036854775808}', "<= 9223372036854775807"),
        (b'{"type":"cancel_all","owner":1,"side":1}', "side is one of"),
        (b'{"type":"cancel_all","owner":1,"side":"BUY"}', "side is one of"),
        (b"\xff", "malformed"),
    ],
)
def test_a_malformed_line_says_what_is_wrong(line, problem):
    with pytest.raises(ValueError, match=problem):
        parse(line)


def test_every_message_can_be_written_as_a_line():
    lines = {
        b'{"type":"cancel","order_id":1}': matching.Cancel(1),
        b'{"type":"cancel_all","owner":1,"side":null}': matching.CancelAll(1),
        b'{"type":"cancel_all","owner":1,"side":"sell"}': matching.CancelAll(1, matching.Side.SELL),
        b'{"type":"replace","order_id":1,"price":2,"quantity":3}': matching.Replace(1, 2, 3),
        b'{"type":"expire","day":1}': matching.Expire(1),
        b'{"type":"set_band","low":1,"high":2}': matching.SetBand(1, 2),
    }
    assert [parse(line) for line in lines] == list(lines.values())
    full = msgspec.json.encode(
        SELL
        | {"time_in_force": "gtd", "expires_on": 5, "order_type": "limit", "post_only": True}
        | {"group": 3, "self_trade_prevention": "cancel_both"}
    )
    order = parse(full)
    assert order.time_in_force is matching.TimeInForce.GTD
    assert order.self_trade_prevention is matching.SelfTradePrevention.CANCEL_BOTH
