"""Which command ids may have been seen, in three bytes an id: a growing Bloom filter.

Invariants: an id that was added is always found; an id that was not is found by mistake about once
in 20,000 a chunk, so a hit must be checked in the journal and a miss need not be. Chunks double in
size up to `CHUNK_BITS_MAX`; a full one never changes again, so that keeping the filter costs the
newest chunk alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from struct import Struct
from typing import Self

CHUNK_BITS_MIN = 1 << 20
CHUNK_BITS_MAX = 1 << 27
BITS_PER_ID = 24
PROBES = 8
_HALVES = Struct("<QQ")


@dataclass(frozen=True, slots=True)
class FilterChunk:
    """One chunk as it is stored: its place, how many ids it took, its bits."""

    number: int
    ids: int
    bits: bytes


class IdFilter:
    """The ids of one ledger."""

    __slots__ = ("_chunks", "_ids", "_kept", "_masks")

    def __init__(self) -> None:
        self._chunks: list[bytearray] = []
        self._masks: list[int] = []
        self._ids: list[int] = []
        self._kept = 0
        self._grow()

    @classmethod
    def restore(cls, chunks: Sequence[FilterChunk]) -> Self:
        """Rebuild a filter from all its chunks, in order."""
        made = cls()
        if chunks:
            made._chunks = [bytearray(chunk.bits) for chunk in chunks]
            made._masks = [len(bits) * 8 - 1 for bits in made._chunks]
            made._ids = [chunk.ids for chunk in chunks]
            made._kept = len(chunks) - 1
        return made

    def __contains__(self, name: str) -> bool:
        """Tell whether an id may have been added. Cost: one look a chunk, as a rule."""
        first, step = _halves(name)
        for bits, mask in zip(self._chunks, self._masks, strict=True):
            at = first & mask
            if bits[at >> 3] >> (at & 7) & 1 and _all_set(bits, mask, first, step):
                return True
        return False

    def add(self, name: str) -> None:
        """Take an id in; adding it twice changes nothing but the count."""
        if self._ids[-1] * BITS_PER_ID >= self._masks[-1]:
            self._grow()
        first, step = _halves(name)
        bits, mask = self._chunks[-1], self._masks[-1]
        for _ in range(PROBES):
            at = first & mask
            bits[at >> 3] |= 1 << (at & 7)
            first += step
        self._ids[-1] += 1

    def unkept(self) -> list[FilterChunk]:
        """Return the chunks that changed since `kept`: the newest, and those filled meanwhile."""
        return [
            FilterChunk(number, self._ids[number], bytes(self._chunks[number]))
            for number in range(self._kept, len(self._chunks))
        ]

    def kept(self, chunks: Sequence[FilterChunk]) -> None:
        """Note that chunks are stored."""
        self._kept = chunks[-1].number

    @property
    def memory_bytes(self) -> int:
        """How much memory the filter takes."""
        return sum(map(len, self._chunks))

    def _grow(self) -> None:
        size = min(CHUNK_BITS_MIN << len(self._chunks), CHUNK_BITS_MAX)
        self._chunks.append(bytearray(size // 8))
        self._masks.append(size - 1)
        self._ids.append(0)


def _halves(name: str) -> tuple[int, int]:
    first, step = _HALVES.unpack(blake2b(name.encode(), digest_size=16).digest())
    return first, step | 1


def _all_set(bits: bytearray, mask: int, first: int, step: int) -> bool:
    for _ in range(PROBES - 1):
        first += step
        at = first & mask
        if not bits[at >> 3] >> (at & 7) & 1:
            return False
    return True
