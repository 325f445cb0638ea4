"""Optimistic concurrency: a change names the version it was made from."""

from typing import Annotated

from fastapi import Depends, Header

from exchange.errors import PreconditionFailed, PreconditionRequired


def etag(version: int) -> str:
    return f'"v{version}"'


async def _if_match(if_match: Annotated[str | None, Header(max_length=64)] = None) -> str:
    if if_match is None:
        raise PreconditionRequired("if_match_missing", "send If-Match with the ETag you read")
    return if_match


IfMatch = Annotated[str, Depends(_if_match)]


def check(if_match: str, version: int) -> None:
    """Raises: PreconditionFailed when the resource has moved on."""
    if if_match != etag(version):
        raise PreconditionFailed("stale")
