"""What the engine proposes as joys and worries, by a written rule; a person accepts, words or rejects each.

The rule: of the judged indicators, one whose level improved (worsened), whose newest value is unusual in the
desired (undesired) direction, or whose target value is reached, is proposed; changes of level come first, then newest
values, then targets, each in the order of the catalogue; at most five on either side.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from .levels import ALPHA
from .types import Verdict

MOST = 5
Side = Literal["joy", "worry"]
Why = Literal["level", "newest", "target"]


@dataclass(frozen=True)
class Proposed:
    """One proposal of the rule: on which side, for which indicator, and what speaks for it."""

    side: Side
    key: str
    why: tuple[Why, ...]


def proposals(verdicts: Mapping[str, Verdict]) -> tuple[Proposed, ...]:
    """The joys, then the worries, that the rule proposes."""
    found: dict[tuple[Side, str], list[Why]] = {}
    for why in ("level", "newest", "target"):
        for verdict in verdicts.values():
            side = _side(verdict, why) if verdict.judged else None
            if side:
                found.setdefault((side, verdict.key), []).append(why)
    ranked = [Proposed(side, key, tuple(why)) for (side, key), why in found.items()]
    return tuple(one for side in ("joy", "worry") for one in [p for p in ranked if p.side == side][:MOST])


def _side(verdict: Verdict, why: Why) -> Side | None:
    kind, good = verdict.level.kind, verdict.unusual.good
    if why == "level":
        return "joy" if kind == "improved" else "worry" if kind == "worsened" else None
    if why == "newest":
        return "joy" if good else "worry" if good is False else None
    return "joy" if verdict.outlook and verdict.outlook.kind == "reached" else None


COLUMNS = ("improved", "worsened", "changed", "no_clear_change", "not_enough_data")


def tally(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many judged indicators improved, worsened, changed without a colour, did not clearly change, or lack data.

    A small change that is real but does not matter counts with those that did not clearly change.
    """
    column = {"higher": "changed", "lower": "changed", "described": "not_enough_data"}
    column |= dict.fromkeys(("changed_little", "signs", "unchanged"), "no_clear_change")
    kinds = [verdict.level.kind for verdict in verdicts if verdict.judged]
    counted = Counter(column.get(kind, kind) for kind in kinds)
    return {name: counted[name] for name in COLUMNS}


@dataclass(frozen=True)
class Reckoning:
    """How many findings chance alone would give: the page's own bookkeeping of its tests."""

    judged: int
    tested: int
    by_chance: float
    found: int


def reckoning(verdicts: Iterable[Verdict]) -> Reckoning:
    """Count the judged, the tested, the findings to be expected by chance at 5 % each, and those that remain."""
    judged = [verdict for verdict in verdicts if verdict.judged]
    tested = [verdict for verdict in judged if not math.isnan(verdict.level.q)]
    found = [v for v in tested if v.level.q <= ALPHA]
    return Reckoning(len(judged), len(tested), 0.05 * len(tested), len(found))
