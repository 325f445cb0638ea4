"""Which command ids may have been seen, in three bytes an id: a growing Bloom filter.

Invariants: an id that was added is always found; an id that was not is found by mistake about once
in 8,000 a chunk, so a hit must be checked in the journal and a miss need not be. Chunks double in
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
PROBES = 6
_HALVES = Struct("<QQ")
_PROBES = range(PROBES)
_MORE_PROBES = range(PROBES - 1)

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FilterChunk:
    """One chunk as it is stored: its place, how many ids it took, its bits."""

    number: int
    ids: int
    bits: bytes


class IdFilter:
    """The ids of one ledger."""

    __slots__ = ("_ids", "_kept", "_looks")

    def __init__(self) -> None:
        self._looks: list[tuple[bytearray, int]] = []
        self._ids: list[int] = []
        self._kept = 0
        self._grow()

    @classmethod
    def restore(cls, chunks: Sequence[FilterChunk]) -> Self:
        """Rebuild a filter from all its chunks, in order."""
        made = cls()
        if chunks:
            made._looks = [(bytearray(one.bits), len(one.bits) * 8 - 1) for one in chunks]
            made._ids = [chunk.ids for chunk in chunks]
            made._kept = len(chunks) - 1
        return made

    def __contains__(self, name: str) -> bool:
        """Tell whether an id may have been added."""
        return self.has(key_of(name))

    def add(self, name: str) -> None:
        """Take an id in; adding it twice changes nothing but the count."""
        self.put(key_of(name))

    def has(self, key: Key) -> bool:
        """Tell whether an id may have been added, by its key. Cost: one look a chunk, as a rule."""
        first, step = key
        for bits, mask in self._looks:
            at = first & mask
            if bits[at >> 3] >> (at & 7) & 1 and _all_set(bits, mask, first, step):
                return True
        return False

    def put(self, key: Key) -> None:
        """Take an id in by its key."""
        if self._ids[-1] * BITS_PER_ID >= self._looks[-1][1]:
            self._grow()
        self._ids[-1] += 1
        at, step = key
        bits, mask = self._looks[-1]
        for _ in _PROBES:
            place = at & mask
            bits[place >> 3] |= 1 << (place & 7)
            at += step

    def unkept(self) -> list[FilterChunk]:
        """Return the chunks that changed since `kept`: the newest, and those filled meanwhile."""
        return [
            FilterChunk(number, self._ids[number], bytes(self._looks[number][0]))
            for number in range(self._kept, len(self._looks))
        ]

    def kept(self, chunks: Sequence[FilterChunk]) -> None:
        """Note that chunks are stored."""
        self._kept = chunks[-1].number

    @property
    def memory_bytes(self) -> int:
        """How much memory the filter takes."""
        return sum(len(bits) for bits, _ in self._looks)

    def _grow(self) -> None:
        size = min(CHUNK_BITS_MIN << len(self._looks), CHUNK_BITS_MAX)
        self._looks.append((bytearray(size // 8), size - 1))
        self._ids.append(0)


def key_of(name: str) -> Key:
    """Return what the filter looks an id up by: 128 bits of its hash."""
    first, step = _HALVES.unpack(blake2b(name.encode(), digest_size=16).digest())
    return first, step | 1


def _all_set(bits: bytearray, mask: int, first: int, step: int) -> bool:
    for _ in _MORE_PROBES:
        first += step
        at = first & mask
        if not bits[at >> 3] >> (at & 7) & 1:
            return False
    return True
