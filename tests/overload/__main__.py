"""`python -m tests.overload`: capacity, five times capacity and afterwards, as a table."""

import argparse

from tests.overload import campaign
from tests.support.server import running_sandbox


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--batch", type=int, default=1, help="orders a request")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--connections", type=int, default=1500)
    asked = parser.parse_args()
    with running_sandbox(STEPPE_LOG_LEVEL="warning") as sandbox:
        campaign.capacity(sandbox, 2, asked.batch, "warm")
        rate = campaign.capacity(sandbox, asked.seconds, asked.batch)
        print(f"capacity, {campaign.CAPACITY_CONNECTIONS} connections{rate:18,.0f} requests/s")
        reports, seen = campaign.overload(
            sandbox,
            rate,
            asked.seconds,
            batch=asked.batch,
            processes=asked.processes,
            connections=asked.connections,
        )
        after = campaign.recovered_after_s(sandbox, 30)
        rates = [len(r["acknowledged"]) / r["sent_s"] for r in reports]
        print(
            f"goodput at five times that     {sum(rates):18,.0f} requests/s"
            f" ({sum(rates) / rate:.0%} of capacity)"
        )
        for report in reports:
            shown = {k: round(v, 1) for k, v in report.items() if k.endswith(("_ms", "_s"))}
            print("  ", report["statuses"], shown, report["each_second"], report["excerpt"])
        print(f"health {dict(seen.health)}, slowest {max(seen.health_s):.2f} s")
        print(f"cancels {dict(seen.cancels)}, slowest {max(seen.cancels_s):.2f} s")
        print(
            f"in progress at most {seen.in_progress_max:.0f}, queued {seen.queued_max:.0f}, "
            f"memory {seen.rss_bytes_max / 1e6:.0f} MB"
        )
        print(f"normal again after {after:.2f} s")


if __name__ == "__main__":
    main()
