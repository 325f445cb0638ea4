"""The `steppe` command line."""

from steppe.cli.app import main, make_app

__all__ = ["main", "make_app"]
