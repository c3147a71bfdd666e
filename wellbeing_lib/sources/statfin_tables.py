"""Which of Statistics Finland's tables holds which series of the catalogue: names and labels, no code that can change.

A table is found in its folder by the number that opens its name ("12r5") or by the words its name begins with; a
figure by its label in the table. Labels are compared in one spelling, and a year at their end does not count.
"""

from collections.abc import Mapping
from dataclasses import dataclass

KEY_FIGURES = "Kuntien_avainluvut/uusin"


@dataclass(frozen=True)
class Source:
    """Where a series lies: `figures` are the labels that its figure has had, the first found is taken.

    `cases` labels the number of people behind a share. `share_of` makes the series our own calculation: 100 x the
    figure / the figure of that label. `monthly` makes it the mean of the twelve months of a year, a year with
    fewer being left out. `earlier` keeps years of the last snapshot that the table no longer holds: there is one
    table for each election.
    """

    folder: str
    table: str
    figures: tuple[str, ...]
    cases: tuple[str, ...] = ()
    share_of: tuple[str, ...] = ()
    monthly: bool = False
    earlier: bool = False


def _key_figure(*labels: str) -> Source:
    return Source(KEY_FIGURES, "142h", labels)


SOURCES: Mapping[str, Source] = {
    "under15": _key_figure("Alle 15-vuotiaiden osuus väestöstä, %"),
    "over64": _key_figure("Yli 64-vuotiaiden osuus väestöstä, %"),
    "foreign": _key_figure("Ulkomaan kansalaisten osuus väestöstä, %"),
    "secondary": _key_figure("Vähintään toisen asteen tutkinnon suorittaneiden osuus 15 vuotta täyttäneistä, %"),
    "tertiary": _key_figure("Korkea-asteen tutkinnon suorittaneiden osuus 15 vuotta täyttäneistä, %"),
    "employment": _key_figure("Työllisyysaste, %"),
    "unemployment": _key_figure("Työttömien osuus työvoimasta, %"),
    "dependency": _key_figure("Taloudellinen huoltosuhde"),
    "rental": _key_figure("Vuokra-asunnoissa asuvien asuntokuntien osuus, %"),
    "aged15_64": _key_figure("15-64 -vuotiaiden osuus väestöstä, %", "15–64-vuotiaiden osuus väestöstä, %"),
    "pensioners": _key_figure("Eläkeläisten osuus väestöstä, %"),
    "jobs": _key_figure("Kunnassa olevien työpaikkojen lukumäärä"),
    "job_self_sufficiency": _key_figure("Työpaikkaomavaraisuus"),
    "families": _key_figure("Perheiden lukumäärä"),
    "households": _key_figure("Asuntokuntien lukumäärä"),
    "small_house_households": _key_figure("Rivi- ja pientaloissa asuvien asuntokuntien osuus, %"),
    "urban_share": _key_figure("Taajama-aste, %"),
    "natural_increase": _key_figure("Syntyneiden enemmyys, henkilöä"),
    "net_migration_persons": _key_figure("Kuntien välinen muuttovoitto/-tappio, henkilöä"),
    "loans": _key_figure("Lainakanta, euroa/asukas"),
    "annual_margin": _key_figure("Vuosikate, euroa/asukas"),
    "population": Source("StatFin/vaerak", "11re", ("Väestö 31.12.",)),
    "unemployed_monthly_mean": Source(
        "StatFin/tyonv",
        "12r5",
        ("Työttömien osuus työvoimasta, %", "Työttömien osuus, %"),
        cases=("Työttömät työnhakijat kuukauden lopussa", "Työttömät työnhakijat laskentapäivänä", "Työttömät"),
        monthly=True,
    ),
    "municipal_turnout": Source(
        "StatFin/kvaa",
        "Äänioikeutetut ja äänestäneet sukupuolen mukaan",
        ("Äänestäneet",),
        cases=("Äänestäneet",),
        share_of=("Äänioikeutetut",),
        earlier=True,
    ),
}
