"""A server with a seeded fault: when its lease was taken, it takes it back and goes on."""

from exchange import cli
from exchange.sequencer.journal import FencedError
from exchange.sequencer.postgres import PostgresJournal

append = PostgresJournal.append


async def stubborn(self, entries, rows):
    try:
        await append(self, entries, rows)
    except FencedError as lost:
        raise ConnectionError from lost


if __name__ == "__main__":
    PostgresJournal.append = stubborn
    PostgresJournal.keep = PostgresJournal.take_over
    cli.main()
