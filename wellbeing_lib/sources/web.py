"""Asks a statistics service politely and patiently; what an answer means is for others to say.

Every fault of the line (5xx, 429, a cut or slow answer, half a JSON, an HTML page with status 200) is tried again with
a growing, jittered wait; whatever remains is one sentence. tenacity does the trying, httpx the talking.
"""

import email.utils
import importlib.metadata
import json
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import tenacity

from ..faults import InputError

# What a reader meets in an answer of another shape than it expects; the last is int() of 1e400, which JSON can hold.
ODD = (LookupError, TypeError, AttributeError, ValueError, OverflowError)
T = TypeVar("T")
_HALVES = re.compile(r"\\u[dD][89a-fA-F]")
Params = Sequence[tuple[str, str | int]]


@dataclass(frozen=True)
class Patience:
    """How long we wait for a service, in seconds; the pause between two requests is out of politeness.

    The waits before trying again grow from `pace` (so a pace of 0, as against a replica on loopback, never waits),
    and `Retry-After` is honoured as it is, up to `longest`.
    """

    pace: float = 0.4
    attempts: int = 6
    longest: float = 300
    timeout: float = 90
    whole_answer: float = 600
    largest_answer: int = 200_000_000

    @classmethod
    def from_environment(cls) -> "Patience":
        """The usual patience, with the pace of WELLBEING_PACE and the timeout of WELLBEING_TIMEOUT where set."""
        chosen = {}
        for field, name in (("pace", "WELLBEING_PACE"), ("timeout", "WELLBEING_TIMEOUT")):
            text = os.environ.get(name)
            try:
                chosen[field] = float(text) if text else getattr(cls, field)
            except ValueError:
                raise InputError([f'{name} = "{text}": must be a number of seconds']) from None
        return cls(**chosen)


class _PassingError(Exception):
    """A fault that may be gone at the next try, and how long the service asks us to wait."""

    def __init__(self, what: str, wait: float | None = None) -> None:
        super().__init__(what)
        self.wait = wait


class OddAnswerError(Exception):
    """Raised by a reader: the answer is whole but not what was asked for; it is asked for again."""


def plain(answer: Any) -> Any:
    """The answer as it is."""
    return answer


class Service:
    """One service: its base address, one connection to it, and the requests made so far."""

    def __init__(self, base: str, *, patience: Patience, sleep: Callable[[float], None] = time.sleep) -> None:
        if not base.startswith(("https://", "http://")):
            raise InputError([f'address = "{base}": must start with https:// (or http:// for a replica)'])
        self.base = base.rstrip("/")
        self.requests = 0
        self._patience, self._sleep, self._free_at = patience, sleep, 0.0
        version = importlib.metadata.version("wellbeing-workbook")
        self._client = httpx.Client(
            headers={"User-Agent": f"wellbeing-workbook/{version} (municipal wellbeing report)"},
            timeout=patience.timeout,
            follow_redirects=True,
        )

    def __enter__(self) -> "Service":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, params: Params = (), *, read: Callable[[Any], T] = plain) -> T | None:
        """What `read` makes of the answer, None where the service knows no such address (404 or 410)."""
        return self._ask("GET", path, params, None, read)

    def post(self, path: str, body: Any, *, read: Callable[[Any], T] = plain) -> T | None:
        """What `read` makes of the answer to a posted query."""
        return self._ask("POST", path, (), body, read)

    def _ask(self, method: str, path: str, params: Params, body: Any, read: Callable[[Any], T]) -> T | None:
        """Ask until there is a whole, readable answer; `read` may raise OddAnswerError for one that is not."""
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_PassingError),
            stop=tenacity.stop_after_attempt(self._patience.attempts),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._once, method, path, params, body, read)
        except _PassingError as error:
            raise InputError(
                [
                    f"{self.base}{path}: {error}, after {self._patience.attempts} attempts; "
                    "try again later, what was fetched today is kept"
                ]
            ) from None

    def _wait(self, state: tenacity.RetryCallState) -> float:
        """As long as the service asks for, else a growing wait with jitter so that clients do not come in step."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _PassingError) and error.wait is not None:
            return error.wait
        growing = tenacity.wait_random_exponential(multiplier=4 * self._patience.pace, max=self._patience.longest)
        return growing(state)

    def _once(self, method: str, path: str, params: Params, body: Any, read: Callable[[Any], T]) -> T | None:
        self._sleep(max(0.0, self._free_at - time.monotonic()))
        self.requests += 1
        try:
            with self._client.stream(method, self.base + path, params=list(params), json=body) as response:
                content = self._whole(response)
        except httpx.InvalidURL as error:
            raise InputError([f"{self.base}{path}: is no address: {error}"]) from None
        except (httpx.TransportError, httpx.DecodingError, httpx.TooManyRedirects) as error:
            raise _PassingError(f"no whole answer ({type(error).__name__}: {error})") from None
        finally:
            self._free_at = time.monotonic() + self._patience.pace
        if response.status_code in (404, 410, 204):
            return None
        self._check_status(response, content, path)
        try:
            return read(_parsed(content, response.headers.get("content-type", "")))
        except OddAnswerError as error:
            raise _PassingError(f"the answer is {error}") from None

    def _whole(self, response: httpx.Response) -> bytes:
        """The whole answer; a drip of bytes, or a flood, is a fault of the line too."""
        content, started = bytearray(), time.monotonic()
        for part in response.iter_bytes():
            content += part
            if time.monotonic() - started > self._patience.whole_answer:
                raise _PassingError(f"not finished in {self._patience.whole_answer:g} seconds")
            if len(content) > self._patience.largest_answer:
                raise InputError([f"{response.url}: answers more than {self._patience.largest_answer:,} bytes"])
        return bytes(content)

    def _check_status(self, response: httpx.Response, content: bytes, path: str) -> None:
        status = response.status_code
        if status == 429 or status >= 500:
            raise _PassingError(f"status {status} {response.reason_phrase}", self._asked_wait(response, path))
        if status != 200:
            said = " ".join(content[:200].decode("utf-8", "replace").split())
            raise InputError([f"{self.base}{path}: status {status} {response.reason_phrase}: {said}"])

    def _asked_wait(self, response: httpx.Response, path: str) -> float | None:
        """The wait that `Retry-After` asks for, given in seconds or as a date."""
        text = response.headers.get("retry-after", "").strip()
        if not text:
            return None
        try:
            wait = float(text) if text.isdigit() else email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except ValueError:
            return None
        if wait > self._patience.longest:
            raise InputError([f"{self.base}{path}: asks to come back after {wait:.0f} seconds; try again then"])
        return max(0.0, wait)


def _parsed(content: bytes, kind: str) -> Any:
    """JSON as Python has it, CSV as its text; OddAnswerError says what the answer is instead."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise OddAnswerError("not UTF-8 text") from None
    if text.lstrip()[:1] == "<" or "text/html" in kind:
        raise OddAnswerError("an HTML page, not data")
    if "csv" in kind:
        return text
    try:
        answer = json.loads(text, parse_constant=_no_number)
        if _HALVES.search(text):
            json.dumps(answer, ensure_ascii=False).encode()  # half a character cannot be written down again
    except (ValueError, RecursionError):
        raise OddAnswerError(f"no whole JSON ({len(content):,} bytes)") from None
    return answer


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
