"""The filter of command ids: it never forgets, rarely errs, and keeps only what changed."""

from exchange.sequencer.id_filter import BITS_PER_ID, CHUNK_BITS_MIN, IdFilter

FULL = CHUNK_BITS_MIN // BITS_PER_ID


def filled(count: int) -> IdFilter:
    ids = IdFilter()
    for number in range(count):
        ids.add(f"7:order:{number}")
    return ids


def test_what_was_added_is_found_across_chunks():
    ids = filled(3 * FULL)
    assert len(ids.unkept()) == 2
    assert all(f"7:order:{number}" in ids for number in range(3 * FULL))


def test_what_was_not_added_is_hardly_ever_found():
    ids = filled(3 * FULL)
    wrong = sum(f"8:order:{number}" in ids for number in range(50_000))
    assert wrong < 25, "4 are expected: 2 chunks, one in 24,000 each"


def test_memory_is_three_bytes_an_id():
    assert filled(3 * FULL).memory_bytes == 3 * CHUNK_BITS_MIN // 8


def test_only_chunks_that_changed_are_kept_again():
    ids = filled(FULL // 2)
    kept = {chunk.number: chunk for chunk in ids.unkept()}
    ids.kept(tuple(kept.values()))
    for number in range(4 * FULL):
        ids.add(f"9:order:{number}")
    changed = ids.unkept()
    kept |= {chunk.number: chunk for chunk in changed}
    ids.kept(changed)
    assert [chunk.number for chunk in changed] == [0, 1, 2]
    assert [chunk.number for chunk in ids.unkept()] == [2]

    again = IdFilter.restore([kept[number] for number in sorted(kept)])
    assert "7:order:0" in again
    assert all(f"9:order:{number}" in again for number in range(4 * FULL))
    assert again.unkept() == ids.unkept()


def test_nothing_stored_is_an_empty_filter():
    assert "anything" not in IdFilter.restore([])
