"""Where an HTTP answer ends and what its status is: all a load generator needs to know of it."""

import re

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_END = b"\r\n\r\n"


class Answer:
    """One answer as it comes in. `add` says when it is whole."""

    __slots__ = ("_body_at", "_data", "_length", "closes", "status")

    def __init__(self) -> None:
        self._data = b""
        self._body_at = 0
        self._length: int | None = None
        self.status = 0
        self.closes = False

    @property
    def body(self) -> bytes:
        return self._data[self._body_at :]

    def add(self, data: bytes) -> bool:
        """Take in what was received; tell whether the answer is whole.

        Raises: ValueError for what is no HTTP answer or has no end that one could know.
        """
        self._data = self._data + data if self._data else data
        if not self._body_at:
            end = self._data.find(_END)
            if end < 0:
                return False
            self._read_head(self._data[: end + 2])
            self._body_at = end + len(_END)
        if self._length is None:
            return self._last_chunk()
        return len(self._data) - self._body_at >= self._length

    def _read_head(self, head: bytes) -> None:
        if not head.startswith(b"HTTP/1."):
            raise ValueError(f"no HTTP answer: {head[:60]!r}")
        self.status = int(head[9:12])
        self.closes = _CLOSE.search(head) is not None
        length = _LENGTH.search(head)
        if length is not None:
            self._length = int(length[1])
        elif self.status in (204, 304):
            self._length = 0
        elif _CHUNKED.search(head) is None:
            raise ValueError("an answer with neither length nor chunks")

    def _last_chunk(self) -> bool:
        """Walk over the chunks that are there; tell whether the last one is among them."""
        at = self._body_at
        while (line_end := self._data.find(b"\r\n", at)) >= 0:
            size = int(self._data[at:line_end].partition(b";")[0], 16)
            if size == 0:
                return self._data.find(_END, line_end) == line_end
            at = line_end + 2 + size + 2
        return False
