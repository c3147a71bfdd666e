"""A full sentence for every reason why something is not said; years and ages come from the verdict."""

from ..verdict import Verdict
from .catalogue import msg
from .words import Words

REASONS = {
    "few_points": msg("There are too few comparable years."),
    "gap": msg("Years are missing in between."),
    "break": msg("The series breaks, so that the years before and after it cannot be compared."),
    "vintage": msg("The figures come from different publications, so that they cannot be compared."),
    "cycle": msg("Other age groups are invited in other years, so that years next to each other cannot be compared."),
    "ages_changed": msg("The ages covered change from year to year, so that the years cannot be compared."),
    "no_counts": msg("The data do not have all the numbers of people that a test needs, so that no test was made."),
    "index": msg("The figure is an index and no number of people, so that no test was made."),
    "stock": msg("Many of the same people are counted year after year, so that their numbers were not tested."),
    "revised": msg("The baseline has been revised since it was stored, so that no test was made."),
    "rounding": msg("The published figures are rounded so coarsely that the answer would depend on the rounding."),
    "small_numbers": msg("The figure rests on so few people that chance moves it much."),
    "survey": msg("The figure is from a survey whose margin of error is not known here."),
    "survey_area": msg("The survey gives the figure for a larger area only."),
    "ceiling": msg("The figure is so near its limit that it has hardly any room to move."),
    "ties": msg("Many years have the same value, and the methods do not agree."),
    "wandering": msg("The counts vary so much from year to year that the finding would hang on the method."),
    "few_peers": msg("There are too few similar towns with figures of the same years."),
    "scales_differ": msg("The answer depends on whether it is measured as a difference or as a ratio."),
    "no_ratio": msg("Some figures are nought or below, so that no ratio can be formed."),
    "direction_none": msg("The indicator has no desired direction."),
    "constant": msg("The figure has been the same every year."),
    "described": msg("The figure is described as it is, without a test."),
}


def reason(w: Words, code: str, v: Verdict) -> str:
    """Why, in one sentence; "" where nothing stands in the way."""
    if not code:
        return ""
    if code == "old" and v.newest:
        return w.text(
            "The newest figure is from {year}, too old for the assessment of {assessed}.",
            year=v.newest.year,
            assessed=v.year,
        )
    if code == "old":
        return w.text("The newest figure is too old.")
    if code == "not_published" and v.newest:
        return w.text("The data hold no figure newer than that of {year}.", year=v.newest.year)
    if code == "not_published":
        return w.text("There is no figure of {place} in the data by {year}.", place=w.place(v.area), year=v.year)
    if code == "few_points" and v.level.n and v.level.reason == code:
        return w.plural(
            "There is only one comparable year.", "There are only {n} comparable years.", v.level.n
        )  # fmt: skip
    if code == "ages_changed" and v.indicator.ages_change:
        return sentence(v.indicator.ages_change[w.language])
    return w.text(REASONS[code])


def sentence(text: str) -> str:
    """A catalogue's text with a full stop at its end."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
