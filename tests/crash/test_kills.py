"""Kills at random moments under load: CI's size of the campaign, and a fault it must find."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.crash import checks
from tests.crash.campaign import Campaign

KILLS = 30
SEED = 20260302


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="steppe-crash-"))
    made.chmod(0o755)
    yield made / "state"
    shutil.rmtree(made)


def test_nothing_acknowledged_is_lost_or_doubled(folder):
    campaign = Campaign(folder, SEED)
    tally = campaign.run(KILLS)
    print(tally.line())
    assert tally.rounds == KILLS
    assert len(tally.kinds) == 4
    assert set(tally.sent) >= {"order", "independent", "atomic", "cancel", "replace", "deposit"}
    assert tally.silent > 0, "no kill met a request on its way"


def test_answers_before_the_commit_are_noticed(folder):
    campaign = Campaign(folder, SEED, kinds=("both",), module="tests.crash.answers_early")
    with pytest.raises(checks.Violation, match="acknowledged and lost"):
        campaign.run(10)
