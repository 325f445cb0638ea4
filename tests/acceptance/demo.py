"""`make demo`: play the story against a sandbox of its own and print it."""

import steppe
from tests.acceptance.story import Story
from tests.acceptance.story_allocation import Allocation
from tests.acceptance.story_budgets import Budgets
from tests.acceptance.story_paid_use import PaidUse
from tests.acceptance.story_true_up import TrueUp
from tests.acceptance.story_water import Water
from tests.support.server import running_sandbox


def main() -> None:
    with running_sandbox() as sandbox:

        def client(name: str) -> steppe.Client:
            key = sandbox.credentials[name]
            secret = steppe.ClientSecret(key["client_id"], key["client_secret"])
            return steppe.Client(sandbox.address, credentials=secret, timeout_s=60)

        story = Story(client, print)
        story.play()
        TrueUp(story, Allocation(story).play()).play()
        Water(story).play()
        Budgets(story).play()
        PaidUse(story).play()
    print("all of it as expected")


if __name__ == "__main__":
    main()
