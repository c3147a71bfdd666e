"""What each kind of figure is called in the open data; no numbers."""

from .catalogue import msg
from .words import Words

MEASURES = {
    "mean_age": msg("mean age of the newest values"),
    "newest": msg("newest value"),
    "newest_count": msg("people behind the newest value"),
    "newest_female": msg("newest value, women"),
    "newest_male": msg("newest value, men"),
    "previous": msg("value compared with before it"),
    "change_previous": msg("change from the value before"),
    "observation": msg("value"),
    "observation_count": msg("people behind the value"),
    "min_change": msg("smallest change that matters"),
    "min_change_people": msg("smallest change that matters, in people"),
    "direction_change": msg("change over the window"),
    "direction_low": msg("change over the window, lower end"),
    "direction_high": msg("change over the window, upper end"),
    "direction_p": msg("p-value of the direction"),
    "direction_q": msg("p-value of the direction, corrected for many indicators"),
    "expected": msg("value expected from earlier years"),
    "expected_low": msg("value expected from earlier years, lower end"),
    "expected_high": msg("value expected from earlier years, upper end"),
    "baseline": msg("baseline, as stored in the plan"),
    "baseline_revised": msg("baseline, as published now"),
    "three_before_baseline": msg("mean of the three years before the baseline"),
    "now_baseline_basis": msg("newest value, reckoned as the baseline"),
    "change_baseline": msg("change since the baseline"),
    "change_baseline_low": msg("change since the baseline, lower end"),
    "change_baseline_high": msg("change since the baseline, upper end"),
    "target": msg("target value"),
    "target_required": msg("change a year that the target value needs"),
    "target_observed": msg("change a year seen"),
    "target_probability": msg("chance of the target value, rounded to ten"),
    "target_low": msg("value expected in the target year, lower end"),
    "target_high": msg("value expected in the target year, upper end"),
    "country": msg("whole country"),
    "region": msg("region"),
    "rest": msg("rest of the region"),
    "peers_median": msg("median of similar towns"),
    "difference_country": msg("difference from the whole country"),
    "difference_country_low": msg("difference from the whole country, lower end"),
    "difference_country_high": msg("difference from the whole country, upper end"),
    "difference_region": msg("difference from the region"),
    "difference_region_low": msg("difference from the region, lower end"),
    "difference_region_high": msg("difference from the region, upper end"),
    "difference_rest": msg("difference from the rest of the region"),
    "difference_rest_low": msg("difference from the rest of the region, lower end"),
    "difference_rest_high": msg("difference from the rest of the region, upper end"),
    "difference_peers": msg("difference from the median of similar towns"),
    "area_value": msg("value of an area"),
    "revised_from": msg("value as published before its revision"),
    "revised_to": msg("value as published since its revision"),
    "revised_by": msg("revision of the value"),
}


def measure_label(w: Words, measure: str) -> str:
    """What a figure of the open data is."""
    return w.text(MEASURES[measure])
