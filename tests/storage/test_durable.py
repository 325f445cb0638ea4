"""Files that are whole after a crash: what can be seen of it without one (see tests/crash)."""

import pytest

from exchange.storage import durable


@pytest.mark.parametrize(
    ("system", "release", "expected"),
    [
        ("linux", "6.18.44-generic", True),
        ("linux", "5.8.0", True),
        ("linux", "5.4.0-42", False),
        ("linux", "4.4.0", False),
        ("linux", "unknown", False),
        ("darwin", "23.1.0", False),
    ],
)
def test_a_file_system_is_synced_at_once_where_its_errors_are_told(system, release, expected):
    assert durable._tells_of_errors(system, release) is expected


@pytest.mark.parametrize("method", sorted({"fsync", durable.SYNC_METHOD}))
def test_a_tree_is_synced_by_either_method(method, tmp_path, monkeypatch):
    monkeypatch.setattr(durable, "SYNC_METHOD", method)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("kept")
    (tmp_path / "link").symlink_to("nowhere")
    durable.sync_tree(tmp_path)


def test_a_tree_that_is_not_there_is_an_error(tmp_path, monkeypatch):
    with pytest.raises(OSError, match="No such file"):
        durable.sync_tree(tmp_path / "nowhere")


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "made" / "file"
    for content in (b"old", b"new"):
        durable.write_whole(path, content)
        assert path.read_bytes() == content
        assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["file"]
