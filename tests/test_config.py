"""Settings come from the environment, and a fault in them is one readable line."""

from pathlib import Path

import pytest

from exchange.config import Settings, SettingsError, load


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"STEPPE_{name.upper()}", raising=False)


def test_the_defaults_are_a_production_server_on_this_machine_alone() -> None:
    settings = load()
    assert (settings.mode, settings.host, settings.port) == ("production", "127.0.0.1", 8000)
    assert settings.state_folder == Path(".steppe")
    assert settings.dsn is None


def test_the_environment_is_read_and_what_is_given_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPPE_PORT", "9000")
    monkeypatch.setenv("STEPPE_LOG_LEVEL", "")
    monkeypatch.setenv("STEPPE_DATABASE_URL", "postgresql://u:hidden@db/steppe")
    settings = load(mode="sandbox")
    assert (settings.port, settings.mode, settings.log_level) == (9000, "sandbox", "info")
    assert settings.dsn == "postgresql://u:hidden@db/steppe"
    assert "hidden" not in repr(settings)


def test_optional_ledgers_are_words_with_commas_between(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().optional_ledgers == ()
    monkeypatch.setenv("STEPPE_OPTIONAL_LEDGERS", "green, noise")
    assert load().optional_ledgers == ("green", "noise")


def test_a_mounted_secret_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "steppe_database_url").write_text("postgresql://u:hidden@db/steppe\n")
    monkeypatch.setattr("exchange.config.SECRETS", tmp_path)
    assert load().dsn == "postgresql://u:hidden@db/steppe"


def test_every_field_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_faults_are_named_line_by_line_without_their_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STEPPE_PORT", "eighty")
    monkeypatch.setenv("STEPPE_DATABASE_URL", "mysql://u:hidden@db/steppe")
    with pytest.raises(SettingsError) as caught:
        load()
    lines = str(caught.value).splitlines()
    assert sorted(line.split(":")[0] for line in lines) == ["STEPPE_DATABASE_URL", "STEPPE_PORT"]
    assert "must begin with postgresql://" in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_a_batch_larger_than_the_queue_is_refused() -> None:
    with pytest.raises(SettingsError, match="batch_commands_max must not exceed"):
        load(batch_commands_max=10, queue_commands_max=9)
