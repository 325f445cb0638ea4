"""A server with a seeded fault: what it commits is on the disk a little later."""

from exchange import cli
from exchange.sequencer import postgres

if __name__ == "__main__":
    postgres.DURABLE = "SELECT set_config('synchronous_commit', 'off', false)"
    cli.main()
