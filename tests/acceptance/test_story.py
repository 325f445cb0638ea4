"""The story that `make demo` tells holds."""

from tests.acceptance.story import Story


def test_story_of_a_market_holds(clients):
    told = []
    Story(clients, told.append).play()
    assert any("units_not_yet_tradable" in line for line in told)
