"""Reads one YAML file strictly and turns each fault into a sentence: file, key, value, what is possible."""

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from ..faults import InputError
from ..files import read_regular
from .personal import kinds_of

LARGEST = 2_000_000  # bytes; the largest file of params has 60,000
DEEPEST = 40  # levels; the deepest has 8
MOST = 20_000  # values; the one with most has 3,000


class _Loader(yaml.CSafeLoader):
    """Reads what a person means: a second key is refused, and only plain decimals are numbers, as in YAML 1.2.

    PyYAML would keep the last of two equal keys in silence, and read 020 as 16, 12:30 as 750 and `no` as false.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise _at(key_node, f"the key {short(key)} is no text")
            if key in seen or key_node.tag.endswith(":merge"):
                raise _at(
                    key_node, f"the key {short(key)} {'stands twice' if key in seen else 'is not used in params'}"
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


_AMBIGUOUS = {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float")}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag not in _AMBIGUOUS]
    for first, known in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]*(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)$"),
    list("-+0123456789"),
)


def _at(node: yaml.Node, problem: str) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


def read_yaml(path: Path) -> Any:
    """Read a YAML file without aliases (which can explode), repeated keys or tags."""
    return parsed(read_text(path), f"{path.parent.name}/{path.name}")


def read_text(path: Path) -> str:
    """The text of one params file, whole; raises `InputError` where it is no file, too large or not UTF-8.

    A zip's path reads alike.
    """
    shown = f"{path.parent.name}/{path.name}"
    there = os.path.lexists(path) if isinstance(path, Path) else path.exists()
    if not there:
        raise InputError([f"{shown}: there is no such file; {there_is(path.parent)}"])
    if isinstance(path, Path):
        content = read_regular(path, most=LARGEST, shown=shown)
    else:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise InputError([f"{shown}: has more than {LARGEST:,} bytes; params have not"])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([f"{shown}: is not UTF-8 text"]) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parsed(text: str, shown: str) -> Any:
    """The content of a YAML text, read as strictly; `shown` is what a message calls it."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST:
        raise InputError([f"{shown}: has {size:,} bytes; at most {LARGEST:,} are possible"])
    try:
        _refuse_odd(text, shown)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, made stricter above
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        what = getattr(error, "problem", None) or str(error)
        raise InputError([f"{shown}{where}: not readable as YAML: {what}"]) from None


def _refuse_odd(text: str, shown: str) -> None:
    """Stop at what params never hold, before anything is built of it: aliases, tags, nesting without end."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=_Loader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise InputError([f"{shown}: aliases (*name) are not used in params; write the value out"])
        if tag := getattr(event, "tag", None):
            raise InputError([f"{shown}: tags ({short(tag)}) are not used in params; write the value alone"])
        if number > MOST:
            raise InputError([f"{shown}: holds more than {MOST:,} values; params do not"])
        if depth > DEEPEST:
            line = f" line {event.start_mark.line + 1}" if event.start_mark else ""
            raise InputError([f"{shown}{line}: is nested more than {DEEPEST} levels deep"])


def there_is(folder: Path) -> str:
    """What a person could have meant: the files that are there."""
    return (
        "there is " + ", ".join(sorted(path.name for path in folder.glob("*.yaml"))) if folder.is_dir() else "no folder"
    )


M = TypeVar("M", bound=BaseModel)
_MAPPING = "must hold keys with values, such as `key: value`"


def checked(model: type[M], content: Any, shown: str) -> M:
    """The content of a file as a model, or every fault in it as a sentence."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise InputError(sentences(error, model, shown)) from None


def sentences(error: ValidationError, model: type[BaseModel], shown: str) -> Iterator[str]:
    """One sentence a fault: file, key, value, what is possible."""
    for fault in error.errors(include_url=False)[:50]:
        key = ".".join(str(part) for part in fault["loc"])
        value = short(fault["input"])
        context = fault.get("ctx", {})
        if fault["type"] == "extra_forbidden":
            possible = _fields_at(model, fault["loc"][:-1])
            yield f"{shown}: {key} is not a known key{guess(str(fault['loc'][-1]), possible)}"
        elif fault["type"] == "missing":
            yield f"{shown}: {key} is missing"
        elif fault["type"] == "literal_error":
            possible = [option.strip(" '") for option in context["expected"].replace(" or ", ",").split(",")]
            yield f"{shown}: {key} = {value}{guess(str(fault['input']), possible)}"
        else:
            told = _MAPPING if fault["type"] in ("model_type", "dict_type") else context.get("error", fault["msg"])
            whole = fault["type"] == "value_error" and isinstance(fault["input"], dict)  # its parts do not fit together
            at = f"{key} = {value}" if key and not whole else key
            yield ": ".join(part for part in (shown, at, str(told).rstrip(".")) if part)


def short(value: Any) -> str:
    """A value as a message shows it, cut where it is long; one that may be personal data is not shown."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    if kinds_of(text):
        return "(not repeated here: it may be personal data)"
    return text if len(text) <= 80 else text[:77] + "..."


def guess(word: str, possible: Iterable[str]) -> str:
    """The choices there are, and the likeliest meant."""
    choices = list(possible)
    close = difflib.get_close_matches(word[:80], choices, n=1)
    return f": not one of {', '.join(choices)}." + (f' Did you mean "{close[0]}"?' if close else "")


def _fields_at(model: type[BaseModel], location: tuple) -> list[str]:
    """The keys that are possible where an unknown one stood."""
    here: Any = model
    for part in location:
        if isinstance(here, type) and issubclass(here, BaseModel):
            here = here.model_fields[str(part)].annotation if str(part) in here.model_fields else here
        while not (isinstance(here, type) and issubclass(here, BaseModel)):
            inner = [
                arg
                for arg in getattr(here, "__args__", ())
                if arg not in (type(None), Ellipsis, str) and not _plain(arg)
            ]
            if not inner:
                break
            here = inner[-1]
    return sorted(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else []


def _plain(annotation: Any) -> bool:
    inner = getattr(annotation, "__origin__", annotation)
    return inner in (str, int, float, bool)


def near(word: str, known: Iterable[str]) -> str:
    """The known name nearest to a wrong one, or some of those there are."""
    close = difflib.get_close_matches(word[:80], list(known), n=1)
    return f' (there is "{close[0]}")' if close else f" (there is {', '.join(sorted(known)[:12])})"
