"""Five times capacity: what can be served is served, the rest is told when to come again.

Rates are measured in the same run and only their bounds are asserted.
"""

from tests.overload import campaign
from tests.support.server import running_sandbox

RECOVERY_S = 10
SETTINGS = {
    "STEPPE_LOG_LEVEL": "warning",
    "STEPPE_REQUESTS_MAX": "20",
    "STEPPE_CONNECTIONS_MAX": "300",
}


def test_at_five_times_capacity_a_server_serves_on_and_recovers():
    with running_sandbox(**SETTINGS) as sandbox:
        rate = campaign.capacity(sandbox, 2, 1)
        before = campaign.rss_bytes(sandbox.process.pid)
        reports, seen = campaign.overload(sandbox, rate, 4, batch=1, processes=2, connections=340)
        after_s = campaign.recovered_after_s(sandbox, RECOVERY_S)

        statuses = {status for report in reports for status in report["statuses"]}
        assert statuses <= {"201", "503", "422", "not offered", "no connection", "cut off"}
        assert sum(report["statuses"].get("503", 0) for report in reports) > 0
        assert not any(report["unanswered"] for report in reports)
        assert not any(report["without_retry_after"] for report in reports)
        assert not campaign.missing(sandbox, reports)
        acknowledged = sum(len(report["acknowledged"]) for report in reports)
        assert acknowledged > rate  # a second's worth in four: far from collapse

        assert set(seen.health) == {200}
        assert set(seen.cancels) == {200}
        assert seen.in_progress_max < 20 + 64 + 3
        assert seen.rss_bytes_max - before < 200e6
        assert after_s < RECOVERY_S
