"""Where everything stands on a measures' form, and whose form it is; nothing is written or read here."""

from dataclasses import dataclass

from ..params import Measure, Plan, Text
from ..wording.catalogue import msg

SHEET, HELP, LISTS = msg("Measures"), msg("How to fill in"), msg("Lists")
NO_CHANGE = msg("no change")

# the answers to who and when stand in column C, under the title in two languages
YEAR_CELL, BRANCH_CELL, NAME_CELL, DATE_CELL = "C3", "C4", "C5", "C6"
HEAD_ROW = 8
FIRST_ROW = HEAD_ROW + 2


@dataclass(frozen=True)
class Column:
    """One column of the table of measures: its head, its width, and how long an answer may be (0: none is asked)."""

    name: str
    head: str
    width: int
    limit: int = 0


COLUMNS = (
    Column("id", msg("Code"), 8),
    Column("measure", msg("Measure"), 52),
    Column("deadline", msg("Deadline"), 18),
    Column("last_status", msg("Status {year}"), 24),
    Column("last_remark", msg("Remark {year}"), 42),
    Column("status", msg("STATUS {year}: choose from the list"), 28, 60),
    Column("remark", msg("REMARK {year}: at most {limit} characters"), 62, 600),
    Column("evidence", msg("EVIDENCE: how it is known, at most {limit} characters"), 42, 300),
    Column("resources", msg("RESOURCES: euros, work, at most {limit} characters"), 36, 300),
    Column("allowed", msg("ALLOWED: role: reason, where a text looks like personal data"), 30, 200),
)
NUMBER = {column.name: number for number, column in enumerate(COLUMNS, start=1)}
ASKED = [column for column in COLUMNS if column.limit]
NAME_LIMIT = 100


@dataclass(frozen=True)
class Respondent:
    """A branch of the city or a partner of the plan, and the measures that it is asked of."""

    key: str
    name: Text
    measures: tuple[Measure, ...]
    partner: bool


def respondents(plan: Plan) -> dict[str, Respondent]:
    """Everyone who has a measure to answer for: branches first, then partners, in the order of the plan."""
    measures = plan.measures.values()
    branches = [
        Respondent(key, name, tuple(one for one in measures if one.branch == key), partner=False)
        for key, name in plan.branches.items()
    ]
    partners = [
        Respondent(key, name, tuple(one for one in measures if key in one.partners), partner=True)
        for key, name in plan.partners.items()
    ]
    return {one.key: one for one in branches + partners if one.measures}
