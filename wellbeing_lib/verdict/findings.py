"""What the engine proposes as joys and worries, by a written rule; a person accepts, words or rejects each.

The rule: of the judged indicators, one whose direction improved (got worse), whose newest value is unusual in the
desired (undesired) direction, or whose target value is reached, is proposed; directions come first, then newest values,
then targets, each in the order of the catalogue; at most five on either side.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from .types import Verdict

MOST = 5
Side = Literal["joy", "worry"]
Why = Literal["direction", "newest", "target"]


@dataclass(frozen=True)
class Proposed:
    """One proposal of the rule: on which side, for which indicator, and what speaks for it."""

    side: Side
    key: str
    why: tuple[Why, ...]


def proposals(verdicts: Mapping[str, Verdict]) -> tuple[Proposed, ...]:
    """The joys, then the worries, that the rule proposes."""
    found: dict[tuple[Side, str], list[Why]] = {}
    for why in ("direction", "newest", "target"):
        for verdict in verdicts.values():
            side = _side(verdict, why) if verdict.judged else None
            if side:
                found.setdefault((side, verdict.key), []).append(why)
    ranked = [Proposed(side, key, tuple(why)) for (side, key), why in found.items()]
    return tuple(one for side in ("joy", "worry") for one in [p for p in ranked if p.side == side][:MOST])


def _side(verdict: Verdict, why: Why) -> Side | None:
    kind, good = verdict.direction.kind, verdict.unusual.good
    if why == "direction":
        return "joy" if kind == "improved" else "worry" if kind == "got_worse" else None
    if why == "newest":
        return "joy" if good else "worry" if good is False else None
    return "joy" if verdict.outlook and verdict.outlook.kind == "reached" else None


def tally(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many judged indicators improved, got worse, stayed, and could not be told or assessed.

    A small change that is real but does not matter counts with those that stayed.
    """
    column = {
        "improved": "improved",
        "got_worse": "got_worse",
        "unchanged": "unchanged",
        "changed_little": "unchanged",
    }
    counted = Counter(column.get(verdict.direction.kind, "cannot_tell") for verdict in verdicts if verdict.judged)
    return {name: counted[name] for name in ("improved", "got_worse", "unchanged", "cannot_tell")}


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
    tested = [verdict for verdict in judged if verdict.direction.in_family]
    found = [v for v in tested if v.direction.kind in ("improved", "got_worse", "changed_little")]
    return Reckoning(len(judged), len(tested), 0.05 * len(tested), len(found))
