"""`python -m exchange` is `steppe-server`."""

from exchange.cli import main

main()
