"""What `steppe-server` reads and says before there is a server."""

import json
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from exchange.app import read_key
from exchange.cli import main


def test_a_key_is_read_as_pem_or_as_jwk(tmp_path: Path) -> None:
    key = OKPKey.generate_key("Ed25519")
    public = key.as_dict(private=False)
    (tmp_path / "key.pem").write_bytes(key.as_pem(private=False))
    (tmp_path / "key.jwk").write_text(json.dumps(public, indent=2))
    assert read_key(tmp_path / "key.pem").as_dict(private=False)["x"] == public["x"]
    assert read_key(tmp_path / "key.jwk").as_dict(private=False)["x"] == public["x"]


@pytest.mark.parametrize("text", ["", "{", '{"kty":"OKP"}', "no key"])
def test_a_file_that_holds_no_key_is_said_in_one_line(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "key"
    path.write_text(text)
    arguments = ["steppe-server", "create-operator", "--name", "x", "--public-key", str(path)]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("steppe-server: ")
