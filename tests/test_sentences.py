"""The words of both pages: every number in a sentence has its row, and no word says more than the figures do."""

import csv
import re
from collections import defaultdict

import pytest
from bs4 import BeautifulSoup, Tag

from tests.conftest import Project

BOTH = [(2022, "", "fi"), (2023, "", "en"), (2024, "", "fi"), (2024, "", "en"), (2024, "290", "fi")]
NUMBER = re.compile(r"[−+]?\d[\d\u00a0]*(?:[.,]\d+)*")
# Where our own sentences stand: an element of these kinds within the card, section or item of one indicator.
OURS = "article.indicator > p, dl.said > dd, .compared > p, .aimed > p, li[data-v], figcaption, details.evidence dd"
EXEMPT = {  # what stands in a sentence without being a figure of the indicator: why the open data hold no row of it
    r"\b(19|20)\d\d\b": "a year",
    r"\b\d+\u2013\d+(?=-vuotia)|\b\d+(?=-vuotia| vuotta täyttä| and over)": "an age that defines it",
    r"\b(aged|over|under)[- ]\d+(\u2013\d+|s)?\b": "an age that defines it",
    r"(?<=per )1,000\b|(?<=For every )100\b": "the base of a rate",
    r"60\u201368[^\d]+(2031 )?56\u201374": "the ages invited, as the catalogue tells them",
    r"\b12r5\b": "the name of a table",
    r"#i-\w+|indicators\.csv, \w+ \d+\u2013\d+": "an address, and where the rows lie",
    r"\b\d+ (aluetta|areas|kunnasta|kunnassa|kuntaa|other municipalities|municipalities|others)\b": "a count of areas",
    r"\b(higher|lower|the same) in \d+\b": "a count of areas",
    r"\b\d+ (arvo|value)\w*": "a count of values",
}
CATALOGUE = (  # rows of the evidence that repeat the catalogue or the source word for word
    "Lähde", "Source", "Lisenssi ja julkaisuaika", "Licence and date of publication",
    "Määritelmä", "Definition", "Why that much", "Ages covered", "Own calculation", "Publications joined",
    "Katkos vuonna", "Break of",
)  # fmt: skip
NOT_SAID = {  # the "not" column of REPORT.md, and words that claim a cause
    r"(?<!tilastollisesti )merkittäv": "selvä muutos",
    r"merkitsev": "only in the chapter on methods",
    r"\btavoite \d|tavoitteessa \d": "tavoitearvo",
    r"huonontu|epäonnistu|hälyttäv": "heikentynyt",
    r"\bei muutosta\b": "ennallaan, or suuntaa ei voi päätellä",
    r"työttömyysaste": "työttömien osuus työvoimasta",
    r"köyhyy": "pienituloisuus",
    r"huostaanotot vähen": "huostassa olleiden osuus pieneni",
    r"%:[a-zåäö]": "prosentista, prosenttiin",
    r"(kasvoi|pieneni|nousi|laski)[^.]{0,20} \d+(,\d+)? ?(%|prosenttia)(?!-)": "prosenttiyksikköä",
    r"\bsija(lla|lle|ksi)?\b|sijoitu[sk]|\bparas|\bhuonoin": "matalampi kuin n alueessa",
    r"todennäköisyy[sd]\w* (on|oli) \d": "epätodennäköistä",
    r"ansiosta|seurauksena|johdosta|vuoksi\b|takia\b|aiheutt|aikaansai": "samaan aikaan",
    r"selkokiel": "Selkeästi ja lyhyesti",
}
NO_CAUSE = r"\b(because of|thanks to|due to|caused by|as a result of|led to|owing to|significant)\b"


SERIES = ("observation", "observation_count")  # the history, which tables and lines show and no sentence tells
AREAS = ("area_value",)  # the other areas, which only the text of a dot plot tells


def rows_of(built: Project, year: int, area: str, language: str, *, without: tuple[str, ...]) -> dict[str, set[str]]:
    """indicator -> every number that the open data hold of it, as that language writes it, with and without a sign."""
    found: dict[str, set[str]] = defaultdict(set)
    with (built.build(year, area) / "indicators.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for number in numbers_in(row[f"shown_{language}"]) if row["measure"] not in without else ():
                found[row["indicator"]] |= {number, number.lstrip("+−")}
    return found


def numbers_in(text: str) -> list[str]:
    return [found.strip("\u00a0").rstrip(",.") for found in NUMBER.findall(text)]


def key_of(element: Tag) -> str:
    """The indicator that an element is about, "" where it is about none."""
    for one in [element, *element.parents]:
        if one.get("data-v"):
            return str(one["data-v"])
        if str(one.get("id", "")).startswith("i-"):
            return str(one["id"])[2:]
    return ""


def sentences_of(page: BeautifulSoup) -> list[tuple[str, str]]:
    """(indicator, sentence) of everything that the page says of a figure in words, alternative texts too."""
    said = []
    for element in page.select(OURS):
        term = element.find_previous_sibling("dt")
        known = element.name == "dd" and term is not None and term.get_text(strip=True).startswith(CATALOGUE)
        reworded = element.find_parent(class_="briefly")  # rounded: has a test of its own
        if key_of(element) and not known and not reworded:
            said.append((key_of(element), element.get_text()))
    return said + [(key_of(image), str(image["alt"])) for image in page.select("figure img") if key_of(image)]


@pytest.mark.parametrize(("year", "area", "language"), BOTH)
def test_every_number_in_a_sentence_has_its_row(built: Project, year: int, area: str, language: str) -> None:
    told = rows_of(built, year, area, language, without=SERIES + AREAS)
    plotted = rows_of(built, year, area, language, without=SERIES)
    checked, strange = 0, []
    for key, text in sentences_of(built.page(year, language, area)):
        rows = plotted if text.startswith(("Pistekuvio", "Dot plot")) else told
        rest = text
        for pattern in EXEMPT:
            rest = re.sub(pattern, " ", rest)
        for number in numbers_in(rest):
            checked += 1
            if number not in rows[key] and number.lstrip("+−") not in rows[key]:
                strange.append((key, number, text))

    assert checked > 350
    assert strange == []


@pytest.mark.parametrize(("year", "area", "language"), BOTH)
def test_a_rounded_number_is_the_newest_value_rounded(built: Project, year: int, area: str, language: str) -> None:
    with (built.build(year, area) / "indicators.csv").open(encoding="utf-8", newline="") as file:
        newest = {row["indicator"]: float(row["value"]) for row in csv.DictReader(file) if row["measure"] == "newest"}
    said = built.page(year, language, area).select(".briefly li")

    assert len(said) >= 3
    for item in said:
        text = re.sub(r"\b(19|20)\d\d\b", "", item.get_text())
        value = newest[str(item["data-v"])]
        assert len(item.get_text().split()) <= 12
        for number in numbers_in(text):
            told = float(re.sub(r"[\u00a0,]", "", number).replace("−", "-"))
            assert min(abs(told - value), abs(told - 10 * value)) <= max(0.5, 0.005 * abs(value)), item.get_text()


def prose(page: BeautifulSoup) -> str:
    """What the Finnish page says outside the chapter on methods, without titles that their producers gave."""
    copy = BeautifulSoup(str(page), "html.parser")
    for part in copy.select("section[aria-labelledby=ch-methods-and-data], script, style"):
        part.extract()
    for term in copy.find_all("dt", string=re.compile("^(Lähde|Source)$")):
        term.find_next_sibling("dd").extract()
    alternatives = " ".join(str(image["alt"]) for image in copy.select("img"))
    return copy.get_text(" ").replace("\u00ad", "") + alternatives


@pytest.mark.parametrize(("year", "area"), [(2022, ""), (2023, ""), (2024, ""), (2024, "290")])
def test_no_word_of_the_not_column_and_no_cause(built: Project, year: int, area: str) -> None:
    finnish, english = prose(built.page(year, "fi", area)), prose(built.page(year, "en", area))

    for pattern, instead in NOT_SAID.items():
        found = re.search(f".{{0,60}}(?:{pattern}).{{0,40}}", finnish, re.IGNORECASE)
        assert found is None, f"{found and found[0]!r}: say {instead}"
    found = re.search(f".{{0,60}}(?:{NO_CAUSE}).{{0,40}}", english, re.IGNORECASE)
    assert found is None, found and found[0]


@pytest.mark.parametrize("language", ["fi", "en"])
def test_context_carries_no_colour_and_colour_never_stands_alone(built: Project, language: str) -> None:
    page = built.page(2024, language)
    coloured = page.select(".good, .bad")

    assert coloured
    for one in coloured:
        assert re.search(r"[^\W\d]|\d", one.get_text()), "a colour without a word"
    for card in page.select("#ch-background ~ .cards article"):
        assert not card.select(".good, .bad"), card["id"]
    followed = [row for row in page.select("table.indicators tr") if row.select(".tag")]
    assert followed
    assert not [row for row in followed if row.select(".good, .bad")]
