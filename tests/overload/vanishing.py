"""Clients that leave: at every moment of a request, over raw sockets."""

import json
import random
import socket
import struct
import time
from contextlib import suppress
from urllib.parse import urlsplit

from tests.support.server import Sandbox

WAYS = (
    "at once",
    "in the queue",
    "half a head",
    "half a body",
    "reading half",
    "cut in the answer",
    "list unread",
    "cancel",
)


def request(sandbox: Sandbox, member: str, path: str, body: dict, key: str = "") -> bytes:
    data = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {urlsplit(sandbox.address).netloc}\r\n"
        f"Authorization: Bearer {sandbox.token(member)}\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {key or 'none'}\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


def connected(sandbox: Sandbox) -> socket.socket:
    parts = urlsplit(sandbox.address)
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def reset(connection: socket.socket) -> None:
    """Hang up with a reset, as a process that was killed with data unread."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def leave(sandbox: Sandbox, way: str, sent: bytes, listing: bytes, rng: random.Random) -> bool:
    """Send a request and go away in one of the ways; tell whether the request was sent whole."""
    connection = connected(sandbox)
    if way == "list unread":
        connection.sendall(listing)
        time.sleep(rng.random() * 0.02)
        reset(connection)
        return False
    if way == "half a head":
        connection.sendall(sent[: sent.index(b"\r\n\r\n") - 5])
        reset(connection)
        return False
    if way == "half a body":
        connection.sendall(sent[:-10])
        reset(connection)
        return False
    connection.sendall(sent)
    if way in ("in the queue", "cancel"):
        time.sleep(rng.random() * 0.005)
    elif way == "reading half":
        connection.recv(100)
    elif way == "cut in the answer":
        connection.settimeout(0.003)
        with suppress(TimeoutError):
            connection.recv(10)
    # With an orderly end: a reset could overtake what was sent, which then was never asked.
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()
    return True
