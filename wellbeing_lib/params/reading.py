"""Reads one YAML file strictly and turns each fault into a sentence: file, key, value, what is possible."""

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from ..faults import InputError


class _Loader(yaml.CSafeLoader):
    """PyYAML would keep the last of two equal keys in silence; this one refuses the second."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for (key_node, _), key in zip(node.value, keys, strict=True):
            if not isinstance(key, str) or keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None,
                    None,
                    f'the key "{key}" stands twice' if isinstance(key, str) else f"the key {key} is no text",
                    key_node.start_mark,
                )
        return super().construct_mapping(node, deep=deep)


def read_yaml(path: Path) -> Any:
    """Read a YAML file without aliases (which can explode), repeated keys or tags."""
    shown = f"{path.parent.name}/{path.name}"
    try:
        return parsed(path.read_text(encoding="utf-8"), shown)
    except FileNotFoundError:
        raise InputError([f"{shown}: there is no such file; {there_is(path.parent)}"]) from None
    except UnicodeDecodeError:
        raise InputError([f"{shown}: is not UTF-8 text"]) from None


def parsed(text: str, shown: str) -> Any:
    """The content of a YAML text, read as strictly; `shown` is what a message calls it."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Loader)):
            raise InputError([f"{shown}: aliases (*name) are not used in params; write the value out"])
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, made stricter above
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        what = getattr(error, "problem", None) or str(error)
        raise InputError([f"{shown}{where}: not readable as YAML: {what}"]) from None


def there_is(folder: Path) -> str:
    """What a person could have meant: the files that are there."""
    return (
        "there is " + ", ".join(sorted(path.name for path in folder.glob("*.yaml"))) if folder.is_dir() else "no folder"
    )


M = TypeVar("M", bound=BaseModel)


def checked(model: type[M], content: Any, shown: str) -> M:
    """The content of a file as a model, or every fault in it as a sentence."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise InputError(sentences(error, model, shown)) from None


def sentences(error: ValidationError, model: type[BaseModel], shown: str) -> Iterator[str]:
    """One sentence a fault: file, key, value, what is possible."""
    for fault in error.errors(include_url=False):
        key = ".".join(str(part) for part in fault["loc"]) or "(file)"
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
            yield f"{shown}: {key} = {value}: {str(context.get('error', fault['msg'])).rstrip('.')}"


def short(value: Any) -> str:
    """A value as a message shows it, cut where it is long."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:77] + "..."


def guess(word: str, possible: Iterable[str]) -> str:
    """The choices there are, and the likeliest meant."""
    choices = list(possible)
    close = difflib.get_close_matches(word, choices, n=1)
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
    close = difflib.get_close_matches(word, list(known), n=1)
    return f' (there is "{close[0]}")' if close else f" (there is {', '.join(sorted(known)[:12])})"
