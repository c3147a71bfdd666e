"""Writing into a params file: what is not changed keeps its bytes, and no comment is ever lost."""

import datetime

import pytest

from tests.conftest import ROOT
from wellbeing_lib.faults import InputError
from wellbeing_lib.params.reading import parsed
from wellbeing_lib.params.writing import with_entries, with_items

TEXT = (ROOT / "params" / "2024.yaml").read_text(encoding="utf-8")
MEASURES = parsed(TEXT, "2024.yaml")["measures"]
ORDER = list(MEASURES)


def entries(text: str, section: str = "measures") -> dict:
    return parsed(text, "it")[section]


@pytest.mark.parametrize("key", ORDER)
def test_one_changed_status_changes_the_lines_of_one_entry(key: str) -> None:
    new = MEASURES[key] | {"status": "postponed" if MEASURES[key]["status"] != "postponed" else "done"}

    text = with_entries(TEXT, "measures", {key: new}, order=ORDER)

    assert parsed(text, "it") == parsed(TEXT, "it") | {"measures": MEASURES | {key: new}}
    gone = set(TEXT.splitlines()) - set(text.splitlines())
    assert len(gone) <= 1  # an entry on one line is laid out in two; another status may stand elsewhere too


def test_what_is_so_already_is_not_touched() -> None:
    assert with_entries(TEXT, "measures", MEASURES, order=ORDER) == TEXT


@pytest.mark.parametrize(
    "value",
    ["no", "null", "1", "a: b # c", '"x" \\', "- y", "😀", "{{ }}", "'", "2025-01-01", "=1+1", "x" * 2000, "\u00a0%"],
)
def test_any_text_comes_back_as_it_went_in(value: str) -> None:
    new = {"status": "done", "remark": {"fi": value, "en": value}, "answered_on": datetime.date(2025, 2, 28)}

    assert entries(with_entries(TEXT, "measures", {"M14": new}, order=ORDER))["M14"] == new


def test_comments_within_an_entry_stay_with_it() -> None:
    text = (
        "measures:\n  M01:  # by telephone\n    # asked twice\n    status: done\n    evidence: {fi: a}  # kept\n"
        "  M02: {status: done}\n"
    )
    entry = {"status": "not_done", "evidence": {"fi": "a"}}

    new = with_entries(text, "measures", {"M01": entry}, order=["M01", "M02"])

    assert [new.count(comment) for comment in ("# by telephone", "# asked twice", "# kept")] == [1, 1, 1]
    assert entries(new)["M01"] == {"status": "not_done", "evidence": {"fi": "a"}}
    assert new.index("# kept") < new.index("M02")


@pytest.mark.parametrize(
    "text",
    ["a: 1\n", "measures:\n", "measures: {}  # none\n", "measures:\n  # wait\n\nb: 2", "measures:  # wait\nb: 2\n"],
)
def test_a_section_that_is_empty_or_not_there_is_begun(text: str) -> None:
    new = with_entries(text, "measures", {"M02": {"status": "done"}, "M01": {"status": "done"}}, order=["M01", "M02"])

    assert list(entries(new)) == ["M01", "M02"]
    assert [line for line in text.splitlines() if "#" in line and ":" not in line] == [
        line for line in new.splitlines() if "#" in line and ":" not in line
    ]


def test_a_section_on_one_line_is_refused_and_not_lost() -> None:
    with pytest.raises(InputError, match="measures: must have each entry on a line of its own"):
        with_entries("measures: {M03: {status: done}}\n", "measures", {"M01": {"status": "done"}}, order=["M01"])


def test_items_are_added_at_the_end_of_a_list() -> None:
    for text in ("f: []  # here\ng: 1\n", "f:\ng: 1\n", "g: 1\n", "f:\n  - a: 0\n\n# about g\ng: 1\n"):
        new = with_items(text, "f", ["  - a: 1", "  - a: 2"])
        assert entries(new, "f")[-2:] == [{"a": 1}, {"a": 2}]
        assert parsed(new, "it")["g"] == 1
        assert new.count("#") == text.count("#")
