"""Accepts upstream's new title of an indicator: a person's decision, written into params/indicators.yaml."""

from pathlib import Path

from ..faults import InputError
from ..params import load_indicators
from ..params.reading import near
from . import sotkanet
from .titles import write_title
from .web import Patience


def accept_title(params_folder: Path, id_: str | int, *, patience: Patience | None = None) -> str:
    """Write upstream's title of an indicator (given its id or key) into the catalogue; the answer is a sentence.

    Both languages are taken where upstream has them. Comments, quotes and order of the file stay.
    """
    indicators = load_indicators(params_folder)
    found = [one for one in indicators.values() if str(id_) in (str(one.id), one.key, one.code)]
    if len(found) != 1 or found[0].source != "sotkanet":
        possible = {str(one.id): one for one in indicators.values() if one.source == "sotkanet"}
        raise InputError(
            [f"{params_folder.name}/indicators.yaml: no Sotkanet indicator {id_}{near(str(id_), possible)}"]
        )
    one = found[0]
    with sotkanet.open_sotkanet(patience or Patience.from_environment()) as service:
        titles = sotkanet.title_of(service, int(one.id))
    before = write_title(params_folder, one.key, {name: titles[name] for name in ("fi", "en") if name in titles})
    return f'{one.key} ({one.code}): title "{before}" -> "{titles.get("fi", before)}", confirmed'
