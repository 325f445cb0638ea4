"""Acts of two regulators over HTTP, for whoever has a way to post."""

from collections.abc import Callable
from typing import Any

from tests.support.server import Sandbox

Post = Callable[..., dict[str, Any]]


def agreed(sandbox: Sandbox, post: Post, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Have two regulators do something; return the receipt of the request."""
    asked = post(sandbox, "regulator", path, body)
    told = {"command_hash": asked["command_hash"]}
    post(sandbox, "regulator-2", f"/v1/approvals/{asked['approval_id']}:approve", told)
    return asked
