"""What an operation is: one HTTP request as plain data, with the type of its answer.

Invariant: a command's id is chosen when the request is built, so that every repeat of the request
carries the same id and the venue acts on it once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, TypeVar, cast
from urllib.parse import quote

import msgspec

from steppe.command_ids import command_id_of
from steppe.models.answer import Page

T = TypeVar("T")
Method = Literal["GET", "POST", "PATCH", "PUT"]


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """One request to the venue, not yet sent.

    `command_ids` are the ids by which the venue knows it again: the Idempotency-Key or the client
    order ids. `public` requests carry no token; `once` ones are never repeated; `reads_only` ones
    change nothing, whatever their method.
    """

    method: Method
    path: str
    answer: type[T]
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    file: bytes | None = None
    command_ids: tuple[str, ...] = ()
    public: bool = False
    once: bool = False
    reads_only: bool = False

    @property
    def changes(self) -> bool:
        """Whether the venue may be different afterwards."""
        return self.method != "GET" and not self.reads_only

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice has the effect of sending it once."""
        return not self.changes or bool(self.command_ids)

    def content(self) -> bytes | None:
        """Return the body's bytes, the same each time: a file as it is."""
        if self.file is not None:
            return self.file
        return None if self.body is None else msgspec.json.encode(self.body)

    def after(self, cursor: str) -> "Request[T]":
        """Return the request for the page that `cursor` leads to."""
        return replace(self, params={**self.params, "cursor": cursor})

    def untyped(self) -> "Request[Any]":
        """Return the same request with its answer left as decoded JSON."""
        return cast("Request[Any]", replace(self, answer=cast("type[T]", Any)))


def segment(text: str) -> str:
    """Return `text` for use as one part of a path. Raises: ValueError when it cannot be one."""
    if text in {"", ".", ".."}:
        raise ValueError(f"not an id: {text!r}")
    return quote(text, safe="")


def given(**fields: object) -> dict[str, Any]:
    """Return the fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def get(path: str, answer: type[T], **params: str | int | None) -> Request[T]:
    """Build a read with the caller's own rights."""
    return Request("GET", path, answer, _texts(params))


def public(path: str, answer: type[T], **params: str | int | None) -> Request[T]:
    """Build a read that anybody may make."""
    return Request("GET", path, answer, _texts(params), public=True)


def listing(path: str, item: type[T], **params: str | int | None) -> Request[Page[T]]:
    """Build the read of a list's page with the caller's own rights."""
    return Request("GET", path, Page[item], _texts(params))  # type: ignore[valid-type]


def public_listing(path: str, item: type[T], **params: str | int | None) -> Request[Page[T]]:
    """Build the read of a list's page that anybody may make."""
    return Request("GET", path, Page[item], _texts(params), public=True)  # type: ignore[valid-type]


def command(
    path: str,
    answer: type[T],
    body: Mapping[str, object] | None = None,
    *,
    idempotency_key: str | None,
) -> Request[T]:
    """Build a command known by its Idempotency-Key."""
    key = command_id_of(idempotency_key)
    headers = {"Idempotency-Key": key}
    return Request("POST", path, answer, {}, headers, body or {}, command_ids=(key,))


def sent_file(
    request: Request[T], data: bytes, media_type: str, params: Mapping[str, str]
) -> Request[T]:
    """Return a request whose body is a file."""
    headers = {**request.headers, "Content-Type": media_type}
    return replace(request, params=params, headers=headers, body=None, file=data)


def versioned(request: Request[T], version: int | str) -> Request[T]:
    """Return a request for a resource that must still be at `version` (text: its ETag)."""
    tag = f'"v{version}"' if isinstance(version, int) else version
    return replace(request, headers={**request.headers, "If-Match": tag})


def amendment(
    path: str, answer: type[T], body: Mapping[str, object], *, version: int | str
) -> Request[T]:
    """Build a change to a resource that must still be at `version` (text: its ETag)."""
    return versioned(Request("PATCH", path, answer, {}, {}, body), version)


def replacement(
    path: str, answer: type[T], body: Mapping[str, object], *, version: int | str
) -> Request[T]:
    """Build a change that puts all of something anew, if it is still at `version`."""
    return replace(amendment(path, answer, body, version=version), method="PUT")


def _texts(params: Mapping[str, str | int | None]) -> dict[str, str]:
    return {name: str(value) for name, value in params.items() if value is not None}
