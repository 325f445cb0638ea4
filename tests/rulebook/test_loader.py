"""What the loader takes, in which order, and every way it says no."""

import shutil
from importlib import resources
from pathlib import Path

import pytest

from exchange.rulebook.documents import RulebookError
from exchange.rulebook.loader import load_ledgers, load_rules

LEDGER = """
[[ledger]]
code = "{code}"
number = {number}
title_zh = "噪声"
title_en = "Noise"
right_zh = "噪声权"
right_en = "noise right"
"""
FIELDS = {
    "id": '"noise.trading.band"',
    "version": "1",
    "kind": '"ratio"',
    "value": '"0.10"',
    "valid_from": "2026-01-01",
    "title_zh": '"涨跌幅"',
    "title_en": '"Band"',
    "source": '"A decree"',
    "evidence": '"design"',
}


def rule(**fields: str | None) -> str:
    """One rule as TOML; a field given as None is left out."""
    lines = [f"{name} = {value}" for name, value in (FIELDS | fields).items() if value is not None]
    return "\n".join(("[[rule]]", *lines, ""))


def write(folder: Path, *own: str, common: str = "rule = []\n", ledgers: str | None = None) -> Path:
    listed = LEDGER.format(code="noise", number=7) if ledgers is None else ledgers
    (folder / "ledgers.toml").write_text(listed, encoding="utf-8")
    (folder / "common.toml").write_text(common, encoding="utf-8")
    (folder / "noise.toml").write_text("\n".join(own), encoding="utf-8")
    return folder


def refusal(folder: Path) -> tuple[str, str, str]:
    with pytest.raises(RulebookError) as caught:
        load_rules("noise", folder)
    error = caught.value
    assert error.problem
    assert str(error).startswith(error.file)
    return error.file, error.entry, error.field


def test_a_day_counts_from_1970() -> None:
    read = load_rules("carbon")
    band = next(each for each in read if each.rule_id == "carbon.trading.band")
    assert band.valid_from == 18800  # 2021-06-22
    assert band.valid_to is None


def test_rules_come_in_file_order_common_first(tmp_path: Path) -> None:
    common = rule(id='"trading.hours"', kind='"hours"', value='["09:30-11:30"]') + rule(
        id='"fees.buyer"'
    )
    folder = write(tmp_path, rule(id='"noise.z"'), rule(id='"noise.a"'), common=common)
    ids = [each.rule_id for each in load_rules("noise", folder)]
    assert ids == ["noise.trading.hours", "noise.fees.buyer", "noise.z", "noise.a"]


def test_a_ledger_that_names_a_common_id_has_it_to_itself(tmp_path: Path) -> None:
    common = rule(id='"trading.band"') + rule(id='"trading.band"', version="2", value='"0.20"')
    folder = write(tmp_path, rule(value='"0.05"'), common=common)
    assert [(each.version, each.value) for each in load_rules("noise", folder)] == [(1, ("0.05",))]


def test_versions_of_a_rule_may_overlap_in_time(tmp_path: Path) -> None:
    newer = rule(version="2", valid_from="2026-03-01", valid_to="2026-03-01", value='"0"')
    loaded = load_rules("noise", write(tmp_path, rule(), newer))
    assert [each.version for each in loaded] == [1, 2]
    assert loaded[1].valid_from == loaded[1].valid_to


def test_a_fifth_ledger_needs_data_only(tmp_path: Path) -> None:
    folder = tmp_path / "rulebook"
    with resources.as_file(resources.files("exchange.rulebook")) as shipped:
        shutil.copytree(shipped, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    with (folder / "ledgers.toml").open("a", encoding="utf-8") as ledgers:
        ledgers.write(LEDGER.format(code="noise", number=6))
    (folder / "noise.toml").write_text(rule(), encoding="utf-8")
    assert [ledger.code for ledger in load_ledgers(folder)][-1] == "noise"
    ids = {each.rule_id for each in load_rules("noise", folder)}
    assert {"noise.trading.band", "noise.trading.hours", "noise.fees.buyer"} <= ids
    assert load_rules("water", folder) == load_rules("water")


def test_an_optional_ledger_is_there_only_for_who_names_it(tmp_path: Path) -> None:
    ledgers = LEDGER.format(code="noise", number=7) + "optional = true\n"
    folder = write(tmp_path, rule(), ledgers=ledgers + LEDGER.format(code="light", number=8))
    assert [each.code for each in load_ledgers(folder)] == ["light"]
    assert [each.code for each in load_ledgers(folder, optional=["noise"])] == ["noise", "light"]
    for name in ("light", "gold"):
        with pytest.raises(RulebookError, match=f"{name}: code: there is no such optional ledger"):
            load_ledgers(folder, optional=[name])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param({"kind": '"percentage"'}, "kind", id="unknown kind"),
        pytest.param({"version": "0"}, "version", id="version below one"),
        pytest.param({"version": '"1"'}, "version", id="version as text"),
        pytest.param({"value": "0.10"}, "value", id="value as a number"),
        pytest.param({"value": "[10]"}, "value", id="value as a list of numbers"),
        pytest.param({"value": "[]"}, "value", id="no value"),
        pytest.param({"value": None}, "value", id="value missing"),
        pytest.param({"source": None}, "source", id="source missing"),
        pytest.param({"source": '" "'}, "source", id="source blank"),
        pytest.param({"title_zh": '""'}, "title_zh", id="title empty"),
        pytest.param({"evidence": '"S1"'}, "evidence", id="unknown evidence"),
        pytest.param({"valid_from": '"soon"'}, "valid_from", id="date unreadable"),
        pytest.param({"valid_from": "2026-01-01T00:00:00"}, "valid_from", id="a time of day"),
        pytest.param({"valid_to": "2025-12-31"}, "valid_to", id="ends before it begins"),
        pytest.param({"colour": '"red"'}, "colour", id="unknown field"),
        pytest.param({"kind": '"decimal"'}, "unit", id="decimal without unit"),
        pytest.param({"kind": '"integer"', "value": '"1"', "unit": '" "'}, "unit", id="unit blank"),
        pytest.param({"id": '"water.trading.band"'}, "id", id="another ledger's id"),
        pytest.param({"id": '"noisex.band"'}, "id", id="ledger's code only as a beginning"),
        pytest.param({"id": '"noise"'}, "id", id="ledger's code alone"),
        pytest.param({"id": '"noise.带"'}, "id", id="id beyond ASCII"),
    ],
)
def test_a_wrong_field_is_refused_by_file_id_and_field(
    tmp_path: Path, fields: dict[str, str | None], field: str
) -> None:
    name = (FIELDS | fields)["id"]
    assert name is not None
    assert refusal(write(tmp_path, rule(**fields))) == ("noise.toml", name.strip('"'), field)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer", "1.0"),
        ("integer", "01"),
        ("integer", "-1"),
        ("integer", "1234567890123456789"),
        ("decimal", ".5"),
        ("decimal", "1e3"),
        ("decimal", "+1"),
        ("decimal", "1.0123456789"),
        ("decimal", "0.01\\n"),
        ("decimal", "１.5"),
        ("ratio", "10%"),
        ("ratio", "0.1234567"),
        ("flag", "yes"),
        ("text", "  "),
        ("names", "two words"),
        ("hours", "9:30-11:30"),
        ("hours", "09:30-24:00"),
        ("hours", "11:30-09:30"),
        ("dates", "2026-02-30"),
        ("dates", "20260101"),
    ],
)
def test_a_value_that_does_not_match_its_kind_is_refused(
    tmp_path: Path, kind: str, value: str
) -> None:
    wrong = rule(kind=f'"{kind}"', value=f'"{value}"', unit='"t"')
    assert refusal(write(tmp_path, wrong)) == ("noise.toml", "noise.trading.band", "value")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("ratio", '["0.1", "0.2"]'),
        ("text", '["one", "two"]'),
        ("names", '["vwap", "vwap"]'),
        ("hours", '["09:30-11:30", "11:00-15:00"]'),
        ("hours", '["13:00-15:00", "09:30-11:30"]'),
        ("dates", '["2026-01-02", "2026-01-01"]'),
        ("dates", '["2026-01-01", "2026-01-01"]'),
    ],
)
def test_a_list_that_is_too_long_repeated_or_out_of_order_is_refused(
    tmp_path: Path, kind: str, value: str
) -> None:
    wrong = rule(kind=f'"{kind}"', value=value)
    assert refusal(write(tmp_path, wrong)) == ("noise.toml", "noise.trading.band", "value")


def test_the_same_version_twice_is_refused_whenever_it_holds(tmp_path: Path) -> None:
    first = rule(valid_to="2026-01-31")
    again = rule(valid_from="2026-02-01")
    expected = ("noise.toml", "noise.trading.band", "version")
    assert refusal(write(tmp_path, first, again)) == expected


def test_a_version_of_another_kind_is_refused(tmp_path: Path) -> None:
    other = rule(version="2", kind='"text"')
    assert refusal(write(tmp_path, rule(), other)) == ("noise.toml", "noise.trading.band", "kind")


def test_a_rule_without_an_id_is_named_by_its_place(tmp_path: Path) -> None:
    folder = write(tmp_path, rule(), rule(id=None))
    assert refusal(folder) == ("noise.toml", "rule 2", "id")


def test_a_common_rule_that_names_a_ledger_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, rule(), common=rule())
    assert refusal(folder) == ("common.toml", "noise.trading.band", "id")


@pytest.mark.parametrize("text", ["[[rule]", "rules = []\n", "[rule]\nid = 1\n", ""])
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    assert refusal(write(tmp_path, text))[0] == "noise.toml"


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "noise.toml").write_bytes(rule().encode("gb18030"))
    assert refusal(folder)[0] == "noise.toml"


def test_a_listed_ledger_without_a_file_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "noise.toml").unlink()
    assert refusal(folder) == ("noise.toml", "", "")


def test_a_ledger_that_is_not_listed_is_refused() -> None:
    with pytest.raises(RulebookError, match=r"ledgers\.toml: gold: code: there is no such ledger"):
        load_rules("gold")


@pytest.mark.parametrize(
    ("second", "field"),
    [
        (LEDGER.format(code="noise", number=8), "code"),
        (LEDGER.format(code="light", number=7), "number"),
        (LEDGER.format(code="light", number=0), "number"),
        (LEDGER.format(code="Light", number=8), "code"),
        (LEDGER.format(code="light", number=8).replace('"Noise"', '""'), "title_en"),
    ],
)
def test_a_wrong_ledger_is_refused(tmp_path: Path, second: str, field: str) -> None:
    ledgers = LEDGER.format(code="noise", number=7) + second
    file, _, wrong = refusal(write(tmp_path, rule(), ledgers=ledgers))
    assert (file, wrong) == ("ledgers.toml", field)


def test_topics_follow_the_first_file_by_name(tmp_path: Path) -> None:
    folder = write(tmp_path, rule(id='"noise.z"'), common=rule(id='"fees.buyer"'))
    (folder / "noise_b.toml").write_text(rule(id='"noise.b"'), encoding="utf-8")
    (folder / "noise_a.toml").write_text(rule(id='"noise.a"'), encoding="utf-8")
    (folder / "common_a.toml").write_text(rule(id='"fees.seller"'), encoding="utf-8")
    (folder / "noise_notes.md").write_text("no rules", encoding="utf-8")
    ids = [each.rule_id for each in load_rules("noise", folder)]
    assert ids == ["noise.fees.buyer", "noise.fees.seller", "noise.z", "noise.a", "noise.b"]


def test_a_topic_of_a_ledger_whose_code_begins_with_another_is_its_own(tmp_path: Path) -> None:
    ledgers = LEDGER.format(code="noise", number=7) + LEDGER.format(code="noise_air", number=8)
    folder = write(tmp_path, rule(), ledgers=ledgers)
    (folder / "noise_air.toml").write_text(rule(id='"noise_air.x"'), encoding="utf-8")
    (folder / "noise_air_b.toml").write_text(rule(id='"noise_air.b"'), encoding="utf-8")
    assert [each.rule_id for each in load_rules("noise", folder)] == ["noise.trading.band"]
    ids = [each.rule_id for each in load_rules("noise_air", folder)]
    assert ids == ["noise_air.x", "noise_air.b"]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (rule(version="1", value='"0.20"'), "version"),
        (rule(version="2", kind='"text"'), "kind"),
        (rule(id='"water.trading.band"'), "id"),
    ],
)
def test_the_files_of_a_ledger_are_one_rulebook(tmp_path: Path, content: str, field: str) -> None:
    folder = write(tmp_path, rule())
    (folder / "noise_topic.toml").write_text(content, encoding="utf-8")
    file, _, wrong = refusal(folder)
    assert (file, wrong) == ("noise_topic.toml", field)


def test_a_formula_is_read_when_it_is_loaded(tmp_path: Path) -> None:
    lines = '["input a t 0", "result = floor(a, 0)"]'
    formula = rule(id='"noise.f"', kind='"formula"', value=lines, unit='"t"')
    (loaded,) = load_rules("noise", write(tmp_path, formula))
    assert loaded.value == ("input a t 0", "result = floor(a, 0)")
    for wrong in ('["result = floor(a, 0)"]', '["input a t 0"]', '"2/3"'):
        bad = rule(id='"noise.f"', kind='"formula"', value=wrong, unit='"t"')
        assert refusal(write(tmp_path, bad)) == ("noise.toml", "noise.f", "value")
    bare = rule(id='"noise.f"', kind='"formula"', value=lines)
    assert refusal(write(tmp_path, bare)) == ("noise.toml", "noise.f", "unit")


@pytest.mark.parametrize("value", ["2", "2/0", "-2/3", "2 / 3", "2/3/4", "0.5/1", "02/3", "２/3"])
def test_a_fraction_is_two_whole_numbers(tmp_path: Path, value: str) -> None:
    good = rule(kind='"fraction"', value='"2/3"')
    assert load_rules("noise", write(tmp_path, good))[0].value == ("2/3",)
    wrong = rule(kind='"fraction"', value=f'"{value}"')
    assert refusal(write(tmp_path, wrong)) == ("noise.toml", "noise.trading.band", "value")
