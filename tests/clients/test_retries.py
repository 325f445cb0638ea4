"""What is repeated, with which id, for how long, and what is said when no answer comes."""

import httpx2
import pytest

import steppe
from steppe import NO_RETRY, RetryPolicy
from tests.clients.support import ORDER, PLACE, Script, ok, problem

ATOMIC = {"mode": "atomic"}
LOST = httpx2.ReadTimeout("no answer")
AWAY = httpx2.ConnectError("nobody there")
BUSY = problem(503, "queue_full", {"Retry-After": "2"}, retryable=True)


def _fresh(reply):
    """Return a reply that may be given again: responses can be read once."""
    if isinstance(reply, httpx2.Response):
        return httpx2.Response(reply.status_code, headers=reply.headers, content=reply.content)
    return reply


@pytest.mark.parametrize(
    "fault",
    [
        LOST,
        AWAY,
        httpx2.RemoteProtocolError("closed"),
        httpx2.ReadError("reset"),
        problem(429, "too_many_requests", {"Retry-After": "1"}),
        BUSY,
        problem(502, "bad_gateway"),
    ],
    ids=lambda fault: getattr(fault, "status_code", type(fault).__name__),
)
def test_a_command_is_repeated_with_the_same_id(call, time, fault):
    script = Script([_fresh(fault), _fresh(fault), ok(ORDER)])
    receipt = call(script, time, "cancel_order", "carbon.o17")
    assert receipt.order_id == "carbon.o17"
    keys = script.headers("Idempotency-Key")
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert len({request.content for request in script.requests}) == 1


def test_an_order_keeps_its_generated_id_over_repeats(call, time):
    script = Script([LOST, ok(ORDER)])
    call(script, time, "place_order", **PLACE)
    first, second = (request.content for request in script.requests)
    assert first == second
    assert b'"client_order_id":"' in first


def test_reads_are_repeated(call, time):
    script = Script([LOST, AWAY, ok({"items": []})])
    assert call(script, time, "orders").items == ()


def test_an_evaluation_is_repeated_as_a_read_is(call, time):
    answer = {"result": "45000", "unit": "tce", "trace": {}, "trace_hash": "ab"}
    script = Script([LOST, problem(503, "overloaded"), ok(answer)])
    found = call(script, time, "evaluate_formula", "x.y", inputs={"B": "0.3", "A": 1})
    assert found.result == "45000"
    assert len(script.requests) == 3
    with pytest.raises(steppe.Unavailable):  # nothing can have happened: no doubt
        call(Script([LOST]), time, "evaluate_formula", "x.y", inputs={}, retry=NO_RETRY)


def test_retry_after_is_honoured(call, time):
    call(Script([_fresh(BUSY), ok(ORDER)]), time, "place_order", **PLACE)
    assert len(time.waits) == 1
    assert 2.0 <= time.waits[0] < 2.2


def test_waits_grow_and_differ(call, time):
    policy = RetryPolicy(attempts_max=6, first_wait_s=1, longest_wait_s=4)
    call(Script([AWAY] * 5 + [ok(ORDER)]), time, "place_order", retry=policy, **PLACE)
    bounds = [1, 2, 4, 4, 4]
    assert all(b / 2 <= wait <= b for wait, b in zip(time.waits, bounds, strict=True))


def test_a_wait_beyond_the_deadline_is_not_begun(call, time):
    busy = problem(429, "too_many_requests", {"Retry-After": "60"})
    with pytest.raises(steppe.Overloaded):
        call(Script([busy]), time, "place_order", **PLACE)
    assert time.waits == []


def test_a_command_that_may_have_happened_ends_with_outcome_unknown(call, time):
    script = Script([LOST] * 50)
    with pytest.raises(steppe.OutcomeUnknown, match="mine-1") as caught:
        call(script, time, "place_order", client_order_id="mine-1", **PLACE)
    assert caught.value.command_id == "mine-1"
    assert isinstance(caught.value.cause, steppe.Unavailable)
    assert 1 < len(script.requests) <= 8
    assert time.now - 1000 <= 30


def test_a_command_that_never_reached_the_venue_is_not_in_doubt(call, time):
    with pytest.raises(steppe.Unavailable):
        call(Script([AWAY] * 50), time, "place_order", **PLACE)


def test_a_command_that_was_turned_away_each_time_is_not_in_doubt(call, time):
    script = Script([_fresh(BUSY) for _ in range(50)])
    with pytest.raises(steppe.Overloaded) as caught:
        call(script, time, "place_order", **PLACE)
    assert caught.value.code == "queue_full"


@pytest.mark.parametrize(
    "last",
    [BUSY, AWAY, problem(401, "unauthenticated"), problem(403, "forbidden")],
    ids=["busy", "away", "401", "403"],
)
def test_doubt_stays_when_what_follows_does_not_settle_it(call, time, last):
    policy = RetryPolicy(attempts_max=2)
    with pytest.raises(steppe.OutcomeUnknown):
        call(Script([LOST, _fresh(last)]), time, "place_order", retry=policy, **PLACE)


def test_a_refusal_settles_the_doubt(call, time):
    script = Script([LOST, problem(422, "session_closed")])
    with pytest.raises(steppe.SessionClosed):
        call(script, time, "place_order", **PLACE)


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_that_fails_leaves_a_command_in_doubt_but_not_a_read(call, time, status):
    fault = problem(status, "ledger_unavailable")
    with pytest.raises(steppe.OutcomeUnknown):
        call(Script([_fresh(fault)]), time, "place_order", retry=NO_RETRY, **PLACE)
    with pytest.raises(steppe.ProblemError) as caught:
        call(Script([_fresh(fault)]), time, "orders", retry=NO_RETRY)
    assert caught.value.status == status


def test_a_refusal_is_never_repeated(call, time):
    script = Script([problem(422, "cash_insufficient", retryable=True)])
    with pytest.raises(steppe.CashInsufficient):
        call(script, time, "place_order", **PLACE)
    assert len(script.requests) == 1


def test_a_change_by_version_is_not_repeated_once_sent(call, time):
    script = Script([LOST])
    with pytest.raises(steppe.OutcomeUnknown) as caught:
        call(script, time, "update_participant", "p12", version=3, contact="x")
    assert caught.value.command_id is None


def test_a_change_by_version_is_repeated_while_it_cannot_be_sent(call, time):
    participant = {
        "participant_id": "p12",
        "name_zh": "甲",
        "role": "enterprise",
        "status": "active",
        "version": 4,
    }
    script = Script([AWAY, _fresh(BUSY), ok(participant)])
    assert call(script, time, "update_participant", "p12", version=3, contact="x").version == 4
    assert script.headers("If-Match") == ['"v3"'] * 3


def test_health_is_asked_once(call, time):
    script = Script([httpx2.Response(503, json={"status": "draining"})])
    with pytest.raises(steppe.Overloaded) as caught:
        call(script, time, "ready")
    assert caught.value.code == "http_503"
    assert time.waits == []


def test_a_move_of_the_clock_by_seconds_is_not_repeated(call, time):
    script = Script([LOST])
    with pytest.raises(steppe.OutcomeUnknown):
        call(script, time, "advance_clock", seconds=60)


def test_an_unreadable_yes_is_not_doubt(call, time):
    with pytest.raises(steppe.AnswerUnreadable):
        call(Script([httpx2.Response(201, text="<html>")]), time, "place_order", **PLACE)


def test_an_independent_batch_in_doubt_names_all_its_ids(call, time):
    orders = [steppe.NewOrder(client_order_id=name, **PLACE) for name in ("a", "b")]
    with pytest.raises(steppe.OutcomeUnknown) as caught:
        call(Script([LOST] * 50), time, "place_orders", orders)
    assert caught.value.command_ids == ("a", "b")


def test_each_attempt_is_bounded_by_the_deadline(call, time):
    policy = RetryPolicy(deadline_s=3)
    script = Script([ok(ORDER)])
    call(script, time, "place_order", retry=policy, **PLACE)
    assert script.requests[0].extensions["timeout"]["read"] == 3
