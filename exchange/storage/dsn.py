"""One database address, two readers: asyncpg takes the DSN, SQLAlchemy a URL with a driver."""

from sqlalchemy.engine import URL, make_url


def sqlalchemy_url(dsn: str) -> URL:
    """Convert a DSN (`postgresql://…`, also with `?host=/folder`) for an asyncpg engine.

    Raises: ValueError when the DSN is of another database or another driver.
    """
    url = make_url(dsn)
    if url.drivername not in ("postgresql", "postgres", "postgresql+asyncpg"):
        raise ValueError(f"a postgresql:// address is needed, not {url.drivername}://")
    return url.set(drivername="postgresql+asyncpg")
