"""Finds personal data in texts that people wrote, and says where they stand without repeating them.

A regular expression finds a candidate; whether it is one is told by python-stdnum (identity codes,
IBANs) and phonenumbers (Google's libphonenumber). Names of people cannot be found by a rule.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

import yaml

from ..faults import InputError
from .texts import is_blank

Kind = Literal["identity_code", "iban", "email", "phone", "plate"]
NAMES: Mapping[Kind, str] = {
    "identity_code": "a personal identity code",
    "iban": "a bank account number",
    "email": "an e-mail address",
    "phone": "a phone number",
    "plate": "a vehicle's registration number",
}

_WORTH_A_LOOK = re.compile(r"\d|@|\ufe6b|\uff20|[(\[{<]\s*(?:at|ät)\s*[)\]}>]|\bat\b", re.IGNORECASE)
_GAP = r"[\s._/\-]{0,3}"
_IDENTITY_CODE = re.compile(
    rf"(?<!\d)(\d(?:{_GAP}\d){{5}})\s{{0,2}}([-+ABCDEFYXWVU])\s{{0,2}}"
    r"(\d\s?\d\s?\d)\s{0,2}([0-9A-Y])(?!\d)",
    re.IGNORECASE,
)
_IBAN_START = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\s?\d\s?\d(?=[\s\-.]{0,2}[A-Z0-9])", re.IGNORECASE)
_AT = r"(?:\s{0,2}@\s{0,2}|\s{0,2}[(\[{<]\s?(?:at|ät|a|miukumauku)\s?[)\]}>]\s{0,2})"
_DOT = r"(?:\.|\s?[(\[{<]\s?(?:dot|piste|\.)\s?[)\]}>]\s?)"
_EMAIL = re.compile(
    rf"(?<![\w.+\-])(?P<name>[\w.+\-]{{1,64}}){_AT}[\w\-]{{1,63}}(?:{_DOT}[\w\-]{{1,63}}){{0,4}}?"
    rf"{_DOT}[^\W\d_]{{2,24}}(?![\w\-])"
    r"|(?<![\w.+\-])(?P<dotted>[\w+\-]{1,40}\.[\w.+\-]{1,40}) at [\w\-]{1,63}"
    r"(?:\.[\w\-]{1,63}){0,4}?\.[^\W\d_]{2,24}(?![\w\-])",
    re.IGNORECASE,
)
_EXAMPLES = {"etunimi.sukunimi", "firstname.lastname"}  # how an address is made is not an address

_DATE_OR_TIME = re.compile(
    r"(?<![\d.])(?:\d{1,2}\.\s?\d{1,2}\.(?:\s?(?:19|20)\d\d)?|(?:19|20)\d\d-\d\d-\d\d"
    r"|(?:[01]?\d|2[0-4])[.:][0-5]\d|(?<=klo )\d{4}\s?-\s?\d{4})(?!\d)"
)
_BUSINESS_ID = re.compile(r"(?<![\d\-])\d{7}-\d(?![\d\-])")
_ABROAD = re.compile(
    r"(?<![\w+])(?:\+|(?<!\d )00|(?=358[45]\d{7,9}(?!\d)))"
    r"\s?[1-9](?:\d{0,2}\s?\(0\))?(?:[\s().\-/]{0,3}\d){6,16}"
    r"(?!\d)"
)
_DOMESTIC = re.compile(r"(?<![\w+])(?<!\d[-.,/])\(?0[1-9](?:[)\s\-./]{0,3}\d){4,14}(?!\d|/\d)")
_SPACED_OUT = re.compile(r"(?<!\d)(?<!\d )0 [45](?: \d){7,9}(?! ?\d)")
_TOLD_TO_BE_PHONE = re.compile(
    r"\b(?:(?:puh|tel|gsm)\b[.:]{0,2}|(?:puh\.?\s?n:?ro|puhelin(?:numero)?|matkapuhelin|kännykkä|whatsapp|"
    r"phone(?: number)?)\s?[:.]|soita(?: numeroon)?)\s{0,2}\(?(?P<number>\d(?:[)\s\-]{0,2}\d){4,13})(?!\d)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")

_PLATE = re.compile(r"(?<![\w\-./])([A-ZÅÄÖ]{3})-(\d{3})(?![\w\-/])")
_NO_PLATE = re.compile(
    "(?:ADR|AES|BMI|CEN|CRP|DIN|DSM|EEC|ESR|ETA|EVA|FSC|GAS|GPS|HAO|HIV|HPV|HTV|HYV|ICD|ICF|IEC|"
    "ISO|IQS|KAJ|KHO|KKO|LED|LVI|MAO|MDI|MMR|NRO|OKM|OPS|PDF|PHQ|PTV|RAL|RFC|RTS|SDG|SFS|SHA|"
    "STM|TEA|TEM|THL|USB|UTF|VES|VNK|VTV|WHO|YTE|YTV|CO|EN|EU|KH|KM|KV|NO|PL|PM|TA|TS|VM)"
)
_VEHICLE = (
    r"\b(?:(?:henkilö|paketti|kuorma-?|linja-)?auto(?:n|a|t|on|lla|lta|lle|ssa|sta|nsa)?|ajoneuvo\w*|mopo\w*|"
    r"moottoripyörä\w*|taksi\w*|perävaunu\w*|car|van|vehicle)\b"
)
_REGISTRATION = (
    r"\b(?:rekisteri(?:numero|kilpi|kilve|tunnu)\w*|rek\.?\s?(?:nro|no|tunnus)|rekkari\w*|"
    r"registration (?:number|plate)|licen[cs]e plate|number plate)\b"
)
_PLATE_OF_VEHICLE = re.compile(
    rf"(?i:{_VEHICLE})[^.!?\n]{{0,25}}?(?<![\w\-./])"
    r"((?-i:[A-ZÅÄÖ]{2,3})[ \-]\d{1,3}|[a-zåäö]{2,3}-\d{1,3})(?![\w\-/])"
)
_PLATE_TOLD = re.compile(
    rf"(?:{_REGISTRATION})[^\w!?\n]{{0,4}}(?:(?:on|oli|is|was)\s)?([a-zåäö]{{2,3}}[ \-]?\d{{1,3}})(?![\w\-/])",
    re.IGNORECASE,
)


@lru_cache(maxsize=10_000)
def kinds_of(text: str) -> tuple[Kind, ...]:
    """What personal data a text seems to hold, each kind once; nothing of the text itself.

    Letters and digits of other widths, invisible characters and other dashes are seen through.

    >>> kinds_of("Lisätiedot: 040 123 4567"), kinds_of("Laki 612/2021, 12 500 €, klo 12.30")
    (('phone',), ())
    """
    if not _WORTH_A_LOOK.search(text):
        return ()
    plain = _plain(text)
    found: dict[Kind, None] = {}
    for kind, spans in _FINDERS.items():
        for start, end in list(spans(plain)):
            found[kind] = None
            plain = plain[:start] + "\0" * (end - start) + plain[end:]  # the digits of one are not another's
    return tuple(kind for kind in get_args(Kind) if kind in found)


def _plain(text: str) -> str:
    """The text as a reader sees it: no invisible characters, one kind of digit, dash and space."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(map(_plain_character, plain))


def _plain_character(one: str) -> str:
    if one.isascii():
        return one
    category = unicodedata.category(one)
    if category in ("Cf", "Mn") or (is_blank(one) and category[0] != "Z"):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(one))
    if category == "Pd" or one in "\u2212\u2043\u02d7":
        return "-"
    return " " if category[0] == "Z" else one


def _identity_codes(text: str) -> Iterator[tuple[int, int]]:
    for found in _IDENTITY_CODE.finditer(text):
        from stdnum.fi import hetu

        date, sign, number, check = (re.sub(r"\D", "", found[1]), found[2], found[3], found[4])
        if hetu.is_valid(date + sign + "".join(number.split()) + check, allow_temporary=True):
            yield found.span()


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    for found in _IBAN_START.finditer(text):
        from stdnum import iban

        compact = ""
        for place in range(found.start(), len(text)):
            one = text[place]
            if one.isalnum() and one.isascii():
                compact += one.upper()
                whole = not text[place + 1 : place + 2].isalnum()
                if whole and len(compact) >= 15 and iban.is_valid(compact, check_country=False):
                    yield found.start(), place + 1
                    break
            elif one not in " \t\n-." or len(compact) >= 34:
                break


def _emails(text: str) -> Iterator[tuple[int, int]]:
    for found in _EMAIL.finditer(text):
        if (found["name"] or found["dotted"]).casefold() not in _EXAMPLES:
            yield found.span()


def _plates(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_PLATE, _PLATE_OF_VEHICLE, _PLATE_TOLD):
        for found in pattern.finditer(text):
            if not _NO_PLATE.fullmatch(re.split(r"[^A-ZÅÄÖ]", found[1].upper())[0]):
                yield found.span()


def _phones(text: str) -> Iterator[tuple[int, int]]:
    text = _DATE_OR_TIME.sub(lambda found: "\0" * len(found[0]), text)
    text = _BUSINESS_ID.sub(_without_business_id, text)
    for found in _ABROAD.finditer(text):
        if any(_is_number("+" + digits.removeprefix("00")) for digits in _beginnings(found[0], 8)):
            yield found.span()
    for found in _DOMESTIC.finditer(text):
        if _is_other_number(text[: found.start()], found[0], text[found.end() :]):
            continue
        if any(map(_is_number, _beginnings(found[0], 7))):
            yield found.span()
    for found in _SPACED_OUT.finditer(text):
        if _is_number("".join(found[0].split())):
            yield found.span()
    for found in _TOLD_TO_BE_PHONE.finditer(text):
        if not all(_YEAR.fullmatch(group) for group in re.findall(r"\d+", found["number"])):
            yield found.span()


def _without_business_id(found: re.Match[str]) -> str:
    from stdnum.fi import ytunnus

    return "\0" * len(found[0]) if ytunnus.is_valid(found[0]) else found[0]


def _beginnings(found: str, least: int) -> Iterator[str]:
    """The digits of a candidate, and of what is left of it where its last groups belong to something else."""
    groups = re.findall(r"\d+", found.replace("(0)", ""))  # as in +358 (0)40
    for last in range(len(groups), 0, -1):
        said = groups[:last]
        digits = "".join(said)
        if len(digits) < (max(least, 9) if last == 1 and re.match("04|050", digits) else least):
            return
        mobile = re.match(r"0[45]|00|[1-9]", digits)
        whole = last == 1 or any(len(one) >= 3 and not _YEAR.fullmatch(one) for one in said[1:])
        if whole or (mobile and not any(_YEAR.fullmatch(one) for one in said[1:])):
            yield digits


def _is_other_number(before: str, found: str, after: str) -> bool:
    """Whether a candidate is part of an amount, of a longer number in groups, or a list of codes."""
    groups = re.findall(r"\d+", found)
    threes = all(len(one) == 3 for one in groups)
    if threes and (re.search(r"(?<![\d.,])\d{1,3} $", before) or not re.match("04|050", groups[0])):
        return True
    if re.match(r"\s?(?:€|e\b|euro|eur\b)", after):
        return True
    last = re.search(r"(?<!\d)(\d{4}) $", before)
    return bool(last) and not _YEAR.fullmatch(last[1])


def _is_number(digits: str) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, "FI"))
    except phonenumbers.NumberParseException:
        return False


# In this order, for a number that is a part of an IBAN is no phone number.
_FINDERS: Mapping[Kind, Callable[[str], Iterator[tuple[int, int]]]] = {
    "identity_code": _identity_codes,
    "iban": _ibans,
    "email": _emails,
    "plate": _plates,
    "phone": _phones,
}


@dataclass(frozen=True)
class Hit:
    """A text that seems to hold personal data: where it stands, and of which kind; never the text."""

    where: str
    kind: Kind

    def __str__(self) -> str:
        return f"{self.where}: holds what looks like {NAMES[self.kind]}"


def hits_in(content: Any) -> Iterator[Hit]:
    """Every hit in the keys and values of a params file, less those that its `allowed_texts` name.

    `where` is the path of the key, such as measures.M05.remark.fi. An entry allows one kind at one
    path, in both languages of a text; one without a role or a reason allows nothing.
    """
    allowed = set(_allowed(content))
    for where, text in _texts(content, ""):
        for kind in kinds_of(text):
            if not allowed & {(where, kind), (re.sub(r"\.(fi|en)$", "", where), kind)}:
                yield Hit(where, kind)


def _allowed(content: Any) -> Iterator[tuple[str, str]]:
    entries = content.get("allowed_texts") if isinstance(content, Mapping) else None
    for one in entries if isinstance(entries, list) else ():
        if isinstance(one, Mapping):
            said = [one.get(name) for name in ("where", "kind", "role", "reason")]
            if all(isinstance(text, str) and not is_blank(text) for text in said):
                yield str(said[0]), str(said[1])


def _texts(value: Any, at: str) -> Iterator[tuple[str, str]]:
    """Every text with its path; a key that is itself a hit is named by its number."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, Mapping):
        for number, (key, one) in enumerate(value.items(), start=1):
            name = f"(key {number})" if kinds_of(str(key)) else str(key)
            below = f"{at}.{name}".lstrip(".")
            yield below, str(key)
            yield from _texts(one, below)
    elif isinstance(value, Sequence):
        for number, one in enumerate(value):
            yield from _texts(one, f"{at}.{number}".lstrip("."))


def refuse_personal(content: Any, text: str, shown: str) -> None:
    """Stop at a params file that holds personal data; `text` is the file as it stands, for its comments.

    Raises `InputError` with the path and kind of every hit, and nothing of the texts. A comment
    can be allowed by nobody: it can simply be taken out.
    """
    found = [str(hit) for hit in hits_in(content)]
    faults = [
        f"{shown}: {hit}; take it out, or allow it in allowed_texts with where, kind, role and reason" for hit in found
    ]
    faults += [
        f"{shown} line {number}: the comment holds what looks like {NAMES[kind]}; take it out"
        for number, comment in _comments(text)
        for kind in kinds_of(comment)
    ]
    if faults:
        raise InputError(faults)


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """Every comment of a YAML text with the number of its line: a # that no value holds."""
    if not any(kinds_of(after) for after in re.findall(r"#.*", text)):
        return  # nothing to find: the parser need not say which # begins a comment
    inside = [
        (token.start_mark.index, token.end_mark.index)
        for token in yaml.scan(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        if isinstance(token, yaml.ScalarToken)
    ]
    for start, end in inside:
        held = text[start:end]
        if "#" in held:
            text = text[:start] + held.replace("#", "\0") + text[end:]
    for number, line in enumerate(text.split("\n"), start=1):
        if "#" in line:
            yield number, line.partition("#")[2]
