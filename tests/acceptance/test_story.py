"""The story that `make demo` tells holds."""

from tests.acceptance.story import Story
from tests.acceptance.story_allocation import Allocation
from tests.acceptance.story_budgets import Budgets
from tests.acceptance.story_paid_use import PaidUse
from tests.acceptance.story_true_up import TrueUp
from tests.acceptance.story_water import Water


def test_story_of_a_market_holds(clients):
    told = []
    story = Story(clients, told.append)
    story.play()
    TrueUp(story, Allocation(story).play()).play()
    Water(story).play()
    Budgets(story).play()
    PaidUse(story).play()
    assert any("units_not_yet_tradable" in line for line in told)
