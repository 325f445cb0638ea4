"""A real PostgreSQL for the folder."""

from tests.support.postgres import database, postgres

__all__ = ["database", "postgres"]
