"""The words of both pages: every number in a sentence has its row, and no word says more than the figures do."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag

import wellbeing_lib
from tests.conftest import Project
from wellbeing_lib.appendix import Appendix
from wellbeing_lib.verdict import Verdict, tally

BOTH = [(2022, "", "fi"), (2023, "", "en"), (2024, "", "fi"), (2024, "", "en"), (2024, "290", "fi")]
NUMBER = re.compile(r"[−+]?\d[\d\u00a0]*(?:[.,]\d+)*")
# Where our own sentences stand: an element of these kinds within the card, section or item of one indicator.
OURS = "article.indicator > p, dl.said > dd, .compared > p, .aimed > p, li[data-v], figcaption, details.evidence dd"
EXEMPT = {  # what stands in a sentence without being a figure of the indicator: why the open data hold no row of it
    r"#i-\w+|indicators\.csv, \w+ \d+\u2013\d+": "an address, and where the rows lie",
    r"\b(19|20)\d\d\b": "a year",
    r"\b\d+\u2013\d+(?=-vuotia)|\b\d+(?=-vuotia| vuotta täyttä| and over)": "an age that defines it",
    r"\b(aged|over|under)[- ]\d+(\u2013\d+|s)?\b": "an age that defines it",
    r"(?<=per )1,000\b|(?<=[Ff]or every )100\b": "the base of a rate",
    r"60\u201368[^\d]+(2031 )?56\u201374": "the ages invited, as the catalogue tells them",
    r"\(15\u201364\)": "an age that defines it",
    r"\b12r5\b": "the name of a table",
    r"\b\d+ (aluetta|areas|kunnasta|kunnassa|kuntaa|other municipalities|municipalities|others)\b": "a count of areas",
    r"\b\d+ similar towns\b": "a count of areas",
    r"\b(higher|lower|the same) in \d+\b": "a count of areas",
    r"\b\d+ (arvo|value)\w*": "a count of values",
}
CATALOGUE = (  # rows of the evidence that repeat the catalogue or the source word for word
    "Lähde", "Source", "Lisenssi ja julkaisuaika", "Licence and date of publication",
    "Määritelmä", "Definition", "Miksi juuri sen verran", "Why that much",
    "Ages covered", "Own calculation", "Publications joined",
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


EXTREMES = re.compile(  # of the history a sentence tells the ends of the window, each with its years
    r"pienimmillään (?P<low>[^(]+) \((?P<low_years>[^)]+)\) ja suurimmillaan (?P<high>[^(]+) \((?P<high_years>[^)]+)\)"
    r"|was (?P<en_low>\S+) at its lowest \((?P<en_low_years>[^)]+)\)"
    r" and (?P<en_high>\S+) at its highest \((?P<en_high_years>[^)]+)\)"
)
SERIES = ("observation", "observation_count")  # the rest of it stands in tables and lines only
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


def extremes_in(text: str) -> list[tuple[str, str]]:
    """(year, value) of every lowest and highest value that a text tells."""
    told = []
    for match in EXTREMES.finditer(text):
        prefix = "en_" if match["en_low"] else ""
        for end in ("low", "high"):
            years = re.findall(r"\d{4}", match[f"{prefix}{end}_years"])
            told += [(year, match[f"{prefix}{end}"]) for year in years]
    return told


@pytest.mark.parametrize(("year", "area", "language"), BOTH)
def test_a_lowest_and_a_highest_value_were_published_in_the_years_named(
    built: Project, year: int, area: str, language: str
) -> None:
    with (built.build(year, area) / "indicators.csv").open(encoding="utf-8", newline="") as file:
        published = {
            (row["indicator"], row["year"]): row[f"shown_{language}"]
            for row in csv.DictReader(file)
            if row["measure"] == "observation"
        }
    checked = 0
    for key, text in sentences_of(built.page(year, language, area)):
        for when, value in extremes_in(text):
            assert published[key, when] == value, text
            checked += 1

    assert checked > 10


@pytest.mark.parametrize(("year", "area", "language"), BOTH)
def test_every_number_in_a_sentence_has_its_row(built: Project, year: int, area: str, language: str) -> None:
    told = rows_of(built, year, area, language, without=SERIES + AREAS)
    plotted = rows_of(built, year, area, language, without=SERIES)
    checked, strange = 0, []
    for key, text in sentences_of(built.page(year, language, area)):
        rows = plotted if text.startswith(("Pistekuvio", "Dot plot")) else told
        rest = EXTREMES.sub(" ", text)  # has a test of its own
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


# ---------------------------------------------------------------- better and worse, only with a test

PLACES, YEARS = ("205", "290", "091"), (2022, 2023, 2024)
GRADED = re.compile(r"parantu|heikenty|heikenn|improved|worsened|got worse", re.IGNORECASE)
UNCLEAR = {"fi": "ei selvää muutosta", "en": "no clear change"}
UNTESTED = {"fi": "ei riittävästi tietoa", "en": "not enough data"}
SENTENCES = ("paragraph", "level_change", "since", "target", "compare", "finding", "plain")
TEXTS = ("alt_trend", "alt_dots", "alt_target", "caption_trend", "caption_dots", "caption_target")


def rests_on_a_test(v: Verdict) -> bool:
    """Whether a change of level may be called better or worse, read from the numbers and not from the class."""
    level, smallest = v.level, v.indicator.min_change
    least = smallest.value if smallest else 0.0
    if not (level.in_family and level.q <= 0.05 and abs(level.change) >= least - 1e-9):
        return False
    if not v.indicator.cyclical:
        return not v.indicator.cohort
    beside = v.relative
    clear = beside.q <= 0.05 and abs(beside.change) >= least - 1e-9 and not beside.reason
    return clear and not v.indicator.crude and (beside.change > 0) == (level.change > 0)


def own_words(v: Verdict, text: str, language: str) -> str:
    """A text without what the catalogue says of the indicator, which people wrote."""
    for one in (v.indicator.note, v.indicator.own_calculation, v.indicator.joined_vintages):
        text = text.replace(one[language], " ") if one else text
    return text


def generated(page: Appendix, v: Verdict, language: str) -> dict[str, str]:
    """Every sentence and label that the page makes of an indicator's change; not those of a year ago."""
    w = page.words
    said = {name: getattr(w, name)(v) for name in SENTENCES + TEXTS}
    said["label"] = w.level_label(v.level.kind)
    said["relative label"] = w.relative_label(v.relative.kind)
    ago = w.text("Assessment a year ago, recalculated on current data")
    for label, text in w.evidence(v):
        if label not in (ago, w.text("Is there a steady trend?")):
            said[f"evidence: {label}"] = text
    return {name: own_words(v, text, language) for name, text in said.items()}


def pieces(page: Appendix) -> Iterator[tuple[str, str, str]]:
    """(piece, indicator, text) of the summary's findings, where no person has worded one."""
    worded = page.params.assessment.findings if page.params.assessment else ()
    by_people = {(one.indicator, one.side) for one in worded if one.text}
    for item in BeautifulSoup(str(page.findings.markup), "html.parser").select("li[data-v]"):
        key = str(item["data-v"])
        if not [side for side in ("joy", "worry") if (key, side) in by_people]:
            yield "findings", key, item.get_text()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("language", ["fi", "en"])
@pytest.mark.parametrize("year", YEARS)
def test_improved_and_worsened_are_said_only_with_a_test(year: int, language: str, place: str) -> None:
    page = wellbeing_lib.load(year=year, municipality=place, language=language).page
    said = 0
    for v in page.verdicts.values():
        texts = generated(page, v, language)
        graded = {name: text for name, text in texts.items() if GRADED.search(text)}
        assert not graded or rests_on_a_test(v), (v.key, graded)
        said += bool(graded)
        assert bool(graded) == (v.level.kind in ("improved", "worsened")), v.key
        assert not v.colour or v.indicator.cohort or rests_on_a_test(v), v.key
        of_level = " ".join((texts["label"], texts["level_change"], texts["finding"]))
        assert not (UNCLEAR[language] in of_level and UNTESTED[language] in of_level), v.key
        if not (v.level.p <= 1):
            assert UNCLEAR[language] not in " ".join(texts.values()), v.key
        else:
            assert UNTESTED[language] not in of_level, v.key
    for piece, key, text in pieces(page):
        assert not GRADED.search(text) or rests_on_a_test(page.verdicts[key]), (piece, key, text)
    council = BeautifulSoup(str(page.changes.markup), "html.parser")
    for part in re.findall(r"\(([^()]*) → ([^()]*)\)", council.get_text()):
        assert not GRADED.search(part[1]) or part[1] in {
            page.words.level_label(v.level.kind) for v in page.verdicts.values() if rests_on_a_test(v)
        }
    assert said or not [v for v in page.shown if rests_on_a_test(v)]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("language", ["fi", "en"])
@pytest.mark.parametrize("year", YEARS)
def test_the_counts_of_better_and_worse_are_those_of_tested_changes(year: int, language: str, place: str) -> None:
    """Headings and the scoreboard count; each count of better or worse is one of tested changes."""
    page = wellbeing_lib.load(year=year, municipality=place, language=language).page
    for section in page.sections:
        judged = [page.verdicts[key] for key in section.keys if page.verdicts[key].judged]
        counts = tally(judged)
        rated = [v for v in judged if rests_on_a_test(v)]
        assert counts["improved"] + counts["worsened"] <= len(rated)
        assert sum(counts.values()) == len(judged)
