"""Similar towns: declared, or the nearest by background figures that were fixed beforehand."""

import numpy as np
import pandas as pd
import pytest

from wellbeing_lib import appendix
from wellbeing_lib.observations import COLUMNS
from wellbeing_lib.params import Similarity
from wellbeing_lib.verdict.series import Panel
from wellbeing_lib.verdict.similar import rank_towns

FEATURES = (
    Similarity(indicator="statfin:size", weight=2, log=True),
    Similarity(indicator="statfin:old", weight=1),
)


def panel(rows: dict[str, tuple[float, float]], year: int = 2020) -> Panel:
    table = [
        (feature.indicator, area, year, "total", value, np.nan, np.nan, "2022")
        for area, values in rows.items()
        for feature, value in zip(FEATURES, values, strict=True)
    ]
    return Panel.of(pd.DataFrame(table, columns=pd.Index(COLUMNS)))


def test_the_distance_is_that_of_weighted_figures_in_standard_deviations() -> None:
    """Towns of 1,000 to 2**20 thousand people: the logarithms are 0, 1, 2 ... steps apart, all equally old."""
    rows = {f"{100 + n}": (1000.0 * 2**n, 20.0) for n in range(21)}
    ranked, own, years = rank_towns(panel(rows), "100", list(rows)[1:], FEATURES, year=2024)

    assert ranked["area"].tolist() == list(rows)[1:]
    assert ranked["rank"].tolist() == list(range(1, 21))
    one_step = np.log(2) / np.log(2) / np.arange(21).std()  # a doubling, in standard deviations
    assert ranked["distance"].iloc[0] == pytest.approx(np.sqrt(2 / 3) * one_step)
    assert own == {"statfin:size": 1000.0, "statfin:old": 20.0}
    assert years == {"statfin:size": 2020, "statfin:old": 2020}


@pytest.mark.parametrize("missing", ["100", "105"])
def test_a_town_that_lacks_a_figure_is_not_ranked_and_without_our_own_nobody_is(missing: str) -> None:
    rows = {f"{100 + n}": (1000.0 + n, 20.0 + n) for n in range(30)}
    rows[missing] = (rows[missing][0], np.nan)
    ranked, _, _ = rank_towns(panel(rows), "100", list(rows)[1:], FEATURES, year=2024)

    assert len(ranked) == (0 if missing == "100" else 28)
    assert missing not in set(ranked["area"])


def test_figures_of_a_later_year_are_not_used() -> None:
    rows = {f"{100 + n}": (1000.0 + n, 20.0) for n in range(30)}
    ranked, _, years = rank_towns(panel(rows, year=2023), "100", list(rows)[1:], FEATURES, year=2022)

    assert ranked.empty
    assert years == {}


def test_kajaani_keeps_its_declared_towns_and_shows_the_order_of_each() -> None:
    page = appendix.load(year=2024)

    assert page.similar.areas == page.params.municipality.peers
    assert sum(area in page.similar.nearest for area in page.similar.areas) == 4  # DESIGN: four of the ten
    text = page.similar_towns.markup
    assert all(page.words.place(area) in text for area in (*page.similar.areas, *page.similar.nearest))
    assert "pääkaupunkiseudun ulkopuolelta" in text


@pytest.mark.parametrize("area", ["290", "091", "318"])
def test_any_other_town_has_its_own_similar_towns(area: str) -> None:
    page = appendix.load(year=2024, municipality=area)

    assert len(page.similar.areas) == 10
    assert not page.similar.declared
    assert area not in page.similar.areas
    assert set(page.similar.areas) != set(page.params.municipality.peers)
    table = page.similar.ranked
    assert table["area"].head(10).tolist() == list(page.similar.areas)
    assert table["distance"].is_monotonic_increasing
    figures = {(one.area, one.measure, one.indicator) for one in page.figures()}
    for town in page.similar.areas:
        assert page.words.place(town) in page.similar_towns.markup
        assert (town, "background_figure", "population_key_figures") in figures
