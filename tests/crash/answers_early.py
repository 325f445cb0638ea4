"""A server with a seeded fault: it answers members when it has applied, and commits a little later.

What the server itself submits while it starts is left alone.
"""

import asyncio

from exchange import cli
from exchange.sequencer import batch
from exchange.sequencer.sequencer import Sequencer

TRAILING_S = 0.05
commit, settle = Sequencer._commit, batch.Group.settle


async def early(self, flying):
    if all(item.participant_id for item in flying.submissions):
        for item, answer in zip(flying.submissions, flying.answers, strict=True):
            item.settle(answer)
        await asyncio.sleep(TRAILING_S)
    await commit(self, flying)


def once(self, place, result):
    if self.results[place] is None:
        settle(self, place, result)


if __name__ == "__main__":
    Sequencer._commit, batch.Group.settle = early, once
    cli.main()
