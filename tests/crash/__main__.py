"""`make crash`: a campaign of kills with progress, bounded in number and time."""

import argparse
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.campaign import Campaign
from tests.crash.checks import Violation


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--minutes", type=float, default=180)
    asked = parser.parse_args()
    seed = random.randrange(2**32) if asked.seed is None else asked.seed
    folder = Path(tempfile.mkdtemp(prefix="steppe-crash-"))
    folder.chmod(0o755)
    print(f"{asked.kills} kills, seed {seed}, at most {asked.minutes:.0f} minutes", flush=True)
    campaign = Campaign(folder / "state", seed, say=lambda line: print(line, flush=True))
    try:
        tally = campaign.run(asked.kills, time.monotonic() + 60 * asked.minutes)
    except Violation as broken:
        print(f"BROKEN: {broken}\nthe state is kept in {folder}")
        return 1
    print(tally.line())
    print("sent: " + ", ".join(f"{kind} {n}" for kind, n in tally.sent.most_common()))
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
