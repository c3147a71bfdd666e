"""The words of each language: English is the text in the code, every other language a `.po` file beside it.

A catalogue is compiled in memory when it is first asked for, so that no compiled artefact can lag behind its source.
"""

import functools
import gettext
import io
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"


def msg(msgid: str) -> str:
    """Mark a text for translation where it stands in a table; it is translated when it is said."""
    return msgid


class Untranslated(gettext.NullTranslations):
    """Stops where a language has no words: English inside a Finnish page would be a fault that nobody sees."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def gettext(self, message: str) -> str:
        """Raise: there is no translation."""
        raise LookupError(f"locale/{self.language}.po has no words for {message!r}")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Raise: there is no translation."""
        return self.gettext(msgid1)


@functools.cache
def translations(language: str) -> gettext.NullTranslations:
    """Read `locale/<language>.po`, and `locale/<language>-*.po` where a part of the page keeps its own words."""
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    found: gettext.NullTranslations = Untranslated(language)
    for path in [*sorted(LOCALE.glob(f"{language}-*.po"), reverse=True), LOCALE / f"{language}.po"]:
        read = gettext.GNUTranslations(_compiled(path, language))
        read.add_fallback(found)
        found = read
    return found


def _compiled(path: Path, language: str) -> io.BytesIO:
    from babel.messages import mofile, pofile  # costs 40 ms, which an English page need not pay

    with path.open("rb") as file:
        messages = pofile.read_po(file, locale=language)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, messages)
    compiled.seek(0)
    return compiled
