"""Statistics Finland: a json-stat2 answer by role and label, the limit of cells, and what we calculate ourselves."""

import copy
import datetime
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from tests.real import REAL, upstream
from tests.replica import Replica, copy_params, small_world
from wellbeing_lib import sources
from wellbeing_lib.faults import InputError
from wellbeing_lib.observations import KEY, load_snapshot
from wellbeing_lib.sources import pxweb
from wellbeing_lib.sources.jsonstat import read_cells
from wellbeing_lib.sources.web import OddAnswerError, Patience

DAY = datetime.date(2026, 11, 24)
KEPT = (
    "child_low_income",
    "employment_rate",
    "municipal_turnout",
    "unemployed_share",
    "age_shares",
    "rented_dwellings",
)


@pytest.fixture(autouse=True)
def straight_to_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def replica() -> Iterator[Replica]:
    with Replica(small_world()) as served:
        yield served


def fetch(served: Replica, params: Path, to: Path, monkeypatch: pytest.MonkeyPatch, **given) -> sources.Fetched:
    monkeypatch.setenv("WELLBEING_SOTKANET_URL", served.sotkanet)
    monkeypatch.setenv("WELLBEING_STATFIN_URL", served.statfin)
    return sources.fetch(params, to, **({"today": DAY, "patience": Patience(pace=0, attempts=3)} | given))


def values(snapshots: Path, name: str, code: str) -> dict[tuple[str, int, str], float]:
    table = load_snapshot(snapshots / name).observations
    rows = table[table["indicator"] == f"statfin:{code}"]
    return {(area, year, sex): value for area, year, sex, value in rows[[*KEY[1:], "value"]].itertuples(index=False)}


def changed_codes(answer: dict) -> dict:
    """The same dataset with other codes, and its dimensions in another order."""
    turned = copy.deepcopy(answer)
    order = list(reversed(range(len(answer["id"]))))
    table = pd.Series(answer["value"], index=pd.MultiIndex.from_product([range(n) for n in answer["size"]]))
    turned["value"] = table.reorder_levels(order).sort_index().tolist()
    turned["id"] = [f"dim{n}" for n in order]
    turned["size"] = [answer["size"][n] for n in order]
    turned["dimension"] = {f"dim{n}": answer["dimension"][code] for n, code in enumerate(answer["id"])}
    turned["role"] = {}
    return turned


@REAL
@pytest.mark.parametrize("turn", [lambda answer: answer, changed_codes])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("api-query-helsinki-population", {("KU091", "2021"): 658457, ("KU091", "2025"): 694392}),
        ("api-query-three-cities", {("KU049", "2025"): 325716, ("KU091", "2025"): 694392, ("KU092", "2025"): 252956}),
    ],
)
def test_an_answer_of_2026_is_read_with_its_codes_and_with_others(name: str, expected: dict, turn) -> None:
    folder = upstream()
    assert folder is not None
    answer = json.loads((folder / "statfin" / f"{name}.json").read_text(encoding="utf-8"))
    found = {(cell.categories["area"][0], cell.categories["time"][0]): cell.value for cell in read_cells(turn(answer))}
    assert expected.items() <= found.items()
    assert all(cell.categories["sex"][1] == "Yhteensä" for cell in read_cells(turn(answer)))


@REAL
def test_the_areas_and_figures_of_a_recorded_table_are_known_by_label() -> None:
    folder = upstream()
    assert folder is not None
    answer = json.loads((folder / "statfin" / "px-table-viimeisin-response.json").read_text(encoding="utf-8"))
    area, content = pxweb._read_variables(answer)
    known = [pxweb.area_of(code, label) for code, label in area.values]
    assert (area.about, content.about) == ("area", "content")
    assert {"205", "SSS"} <= set(known)
    assert dict(content.values)["M140"] == "Työllisyysaste, %, 2016"
    assert pxweb.sex_of("Työllisyysaste, %, 2016") == ("työllisyysaste, %", None)


def small_dataset(**changes) -> dict:
    return {
        "id": ["a", "t"],
        "size": [2, 2],
        "role": {"time": ["t"], "geo": ["a"]},
        "dimension": {
            "a": {"label": "Alue", "category": {"index": {"KU205": 1, "SSS": 0}, "label": {"KU205": "K", "SSS": "S"}}},
            "t": {"label": "Vuosi", "category": {"index": ["2023", "2024"]}},
        },
        "value": [1, None, 3, 4.5],
        "status": {"1": ".."},
    } | changes  # fmt: skip


def test_dense_and_sparse_values_lists_and_mappings_are_read_alike() -> None:
    dense = read_cells(small_dataset())
    sparse = read_cells(small_dataset(value={"0": 1, "2": 3, "3": 4.5}))
    assert dense == sparse
    cells = {(c.categories["area"][0], c.categories["time"][0]): (c.value, c.status) for c in dense}
    assert cells[("SSS", "2024")] == (None, "..")
    assert cells[("KU205", "2024")] == (4.5, None)


@pytest.mark.parametrize("change", [{"value": [1, 2]}, {"size": [2, 3]}, {"id": ["a", "a"]}, {"dimension": {}}])
def test_a_dataset_that_does_not_fit_together_is_odd(change: dict) -> None:
    with pytest.raises(OddAnswerError):
        read_cells(small_dataset(**change))


def test_key_figures_turnout_and_the_monthly_mean(replica: Replica, tmp_path: Path, monkeypatch) -> None:
    fetch(replica, copy_params(tmp_path, keep=KEPT), tmp_path / "s", monkeypatch)
    assert values(tmp_path / "s", "2026-11-24", "employment")[("205", 2020, "total")] == 69.2
    turnout = values(tmp_path / "s", "2026-11-24", "municipal_turnout")
    assert turnout[("205", 2021, "female")] == 46.7
    assert turnout[("205", 2021, "total")] == round(100 * (7005 + 6728) / (15000 + 14500), 1)
    monthly = values(tmp_path / "s", "2026-11-24", "unemployed_monthly_mean")
    assert monthly[("205", 2023, "total")] == 9.0
    assert not [key for key in monthly if key[1] == 2024]  # eleven months are no year
    records = {one["indicator"]: one for one in load_snapshot(tmp_path / "s" / "2026-11-24").package["series"]}
    mean = records["statfin:unemployed_monthly_mean"]
    assert mean["own_calculation"] == "mean of the twelve published months"
    assert (mean["data_updated"], mean["vintages"]) == ("2025-01-21T08:00:00", ["2025-01-21"])
    assert "own_calculation" not in records["statfin:employment"]


def test_other_codes_and_order_give_the_same_figures(replica: Replica, tmp_path: Path, monkeypatch) -> None:
    params = copy_params(tmp_path, keep=KEPT)
    fetch(replica, params, tmp_path / "one", monkeypatch)
    with Replica(small_world(), other_codes=True) as other:
        fetch(other, params, tmp_path / "other", monkeypatch)
    one, two = (load_snapshot(tmp_path / name / "2026-11-24").observations for name in ("one", "other"))
    pd.testing.assert_frame_equal(one, two)


def test_queries_stay_under_the_limit_of_cells(replica: Replica, tmp_path: Path, monkeypatch) -> None:
    params = copy_params(tmp_path, keep=KEPT)
    fetch(replica, params, tmp_path / "whole", monkeypatch)
    replica.requests.clear()
    replica.cells_allowed = 20
    monkeypatch.setattr(pxweb, "CELLS", 20)
    fetch(replica, params, tmp_path / "split", monkeypatch)
    one, two = (load_snapshot(tmp_path / name / "2026-11-24").observations for name in ("whole", "split"))
    pd.testing.assert_frame_equal(one, two)
    assert len([request for request in replica.requests if request.startswith("POST")]) > 10


def test_a_query_over_the_limit_is_a_sentence(replica: Replica, tmp_path: Path, monkeypatch) -> None:
    replica.cells_allowed = 3
    with pytest.raises(InputError, match=r"12r5\.px: status 403 Forbidden"):
        fetch(replica, copy_params(tmp_path, keep=KEPT), tmp_path / "s", monkeypatch)
    assert not (tmp_path / "s" / "2026-11-24").exists()


@pytest.mark.parametrize("kind", ["429", "500", "cut", "truncated", "html"])
def test_a_passing_fault_is_sat_out(replica: Replica, tmp_path: Path, monkeypatch, kind: str) -> None:
    for path in ("uusin", "142h", "tyonv"):
        replica.fault(kind, on=path)
    assert len(fetch(replica, copy_params(tmp_path, keep=KEPT), tmp_path / "s", monkeypatch).fetched) == 5


def test_a_table_or_a_figure_that_is_gone_is_named(replica: Replica, tmp_path: Path, monkeypatch) -> None:
    del replica.tables["StatFin/kvaa/12x4.px"]
    for variable in replica.tables["Kuntien_avainluvut/uusin/142h.px"]["variables"]:
        variable["valueTexts"] = [
            "Jotakin muuta" if text.startswith("Vuokra") else text for text in variable["valueTexts"]
        ]
    fetched = fetch(replica, copy_params(tmp_path, keep=KEPT), tmp_path / "s", monkeypatch)
    assert "no table Äänioikeutetut" in fetched.missing["statfin:municipal_turnout"]
    assert 'no figure "Vuokra-asunnoissa' in fetched.missing["statfin:rental"]
    assert "statfin:employment" in fetched.fetched


def test_earlier_elections_are_kept_when_the_table_holds_only_the_last(
    replica: Replica, tmp_path: Path, monkeypatch
) -> None:
    params = copy_params(tmp_path, keep=KEPT)
    cells = replica.tables["StatFin/kvaa/12x4.px"]["cells"]
    fetch(replica, params, tmp_path / "s", monkeypatch)
    table = replica.tables["StatFin/kvaa/12x4.px"]
    table["cells"] = {(area, "2025", *rest): number for (area, _, *rest), number in cells.items()}
    table["variables"] = [
        {**one, "values": ["2025"], "valueTexts": ["2025"]} if one["text"] == "Vuosi" else one
        for one in table["variables"]
    ]
    table["updated"] = "2025-05-14T08:00:00"
    fetched = fetch(replica, params, tmp_path / "s", monkeypatch, today=DAY + datetime.timedelta(1))
    assert list(fetched.fetched) == ["statfin:municipal_turnout"]
    assert {year for _, year, _ in values(tmp_path / "s", "2026-11-25", "municipal_turnout")} == {2021, 2025}
    record = next(
        one
        for one in load_snapshot(tmp_path / "s" / "2026-11-25").package["series"]
        if one["indicator"] == "statfin:municipal_turnout"
    )
    assert record["vintages"] == ["2021-06-18", "2025-05-14"]
