"""The kinds of columns that the sequencers' tables are made of."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, SmallInteger, Text


def ledger() -> Column[int]:
    """Return the first part of every key: a ledger can move to a database of its own."""
    return Column("ledger", SmallInteger, primary_key=True, autoincrement=False)


def key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def word(name: str) -> Column[str]:
    """Return a part of a key that is a word."""
    return Column(name, Text, primary_key=True)


def number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def day(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def digest(name: str) -> Column[bytes]:
    """Return a column of SHA-256 sums."""
    return Column(name, LargeBinary, nullable=False)
