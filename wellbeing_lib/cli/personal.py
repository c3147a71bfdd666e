"""What people returned is searched for personal data before anything is made or checked."""

from ..faults import InputError
from ..params import Params
from .speaking import ROOT


def personal_faults(params: Params) -> list[str]:
    """Personal data in a year's returned forms and in the city's own figures, one sentence each."""
    from ..forms import personal_in_forms
    from ..spreadsheet_texts import refuse_personal_sheets

    faults = personal_in_forms(ROOT / "data" / "forms" / str(params.year), params)
    own = ROOT / "data" / "own"
    paths = sorted(own.glob("[!.~]*.*")) if own.is_dir() else []
    try:
        refuse_personal_sheets([path for path in paths if path.suffix in (".xlsx", ".csv")], numbers=False)
    except InputError as error:
        faults += error.faults
    return faults


def refuse_personal(params: Params) -> None:
    """Stop where what people returned holds personal data; what the params hold stops while they are loaded."""
    if faults := personal_faults(params):
        raise InputError(faults)
