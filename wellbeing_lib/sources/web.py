"""Asks a statistics service politely and patiently; what an answer means is for others to say.

Every fault of the line (5xx, 429, a cut or slow answer, half a JSON, an HTML page with status 200) is tried again with
a growing, jittered wait; whatever remains is one sentence. tenacity does the trying, httpx the talking.

A service is not trusted to be well: one deadline holds for a whole request (connecting, redirects, headers, body), an
answer is bounded before and after it is unpacked and before it is parsed, and redirects stay on the same host.
"""

import asyncio
import email.utils
import importlib.metadata
import json
import math
import os
import re
import time
import zlib
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
_REDIRECTS = 5
_LONGEST_SAID = 500  # letters of an answer that a message may repeat
_LONGEST_SETTING = 3600  # seconds
Params = Sequence[tuple[str, str | int]]


@dataclass(frozen=True)
class Patience:
    """How long we wait for a service, in seconds; the pause between two requests is out of politeness.

    The waits before trying again grow from `pace` (so a pace of 0, as against a replica on loopback, never waits),
    and `Retry-After` is honoured as it is, up to `longest`. `timeout` is how long nothing may arrive, `whole_answer`
    how long a request may take in all. `largest_answer` counts bytes, packed or not; `most_values` the brackets and
    commas of a JSON text, each of which costs up to about two hundred bytes of memory once parsed. The largest answer
    that is asked for, the list of all indicators, has about 2 MB.
    """

    pace: float = 0.4
    attempts: int = 6
    longest: float = 300
    timeout: float = 90
    whole_answer: float = 300
    largest_answer: int = 10_000_000
    most_values: int = 500_000

    @classmethod
    def from_environment(cls) -> "Patience":
        """The usual patience, with the pace of WELLBEING_PACE and the timeout of WELLBEING_TIMEOUT where set."""
        chosen = {}
        for field, name, least in (("pace", "WELLBEING_PACE", 0), ("timeout", "WELLBEING_TIMEOUT", 0.001)):
            text = os.environ.get(name)
            try:
                seconds = float(text) if text else getattr(cls, field)
            except ValueError:
                seconds = math.nan
            if not least <= seconds <= _LONGEST_SETTING:
                possible = f"must be a number of seconds from {least} to {_LONGEST_SETTING}"
                raise InputError([f'{name} = "{text}": {possible}'])
            chosen[field] = seconds
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
    """One service: its base address, one connection to it, and the requests made so far.

    `base` is for messages: it lacks the name and password that the given address may hold.
    """

    def __init__(self, base: str, *, patience: Patience, sleep: Callable[[float], None] = time.sleep) -> None:
        self._address = _address(base)
        self.base = str(self._address.copy_with(userinfo=b"")).rstrip("/")
        self.requests = 0
        self._patience, self._sleep, self._free_at = patience, sleep, 0.0
        version = importlib.metadata.version("wellbeing-workbook")
        try:
            self._client = httpx.AsyncClient(
                headers={
                    "User-Agent": f"wellbeing-workbook/{version} (municipal wellbeing report)",
                    "Accept-Encoding": "gzip",
                },
                timeout=patience.timeout,
            )
        except (ValueError, ImportError, httpx.InvalidURL):  # the text would repeat the proxy's password
            raise InputError(
                ["HTTP_PROXY, HTTPS_PROXY or ALL_PROXY: must be an address such as http://proxy.example:8080"]
            ) from None
        # Requests are made one at a time, yet with asyncio: it can end one wherever that happens to be waiting.
        self._runner = asyncio.Runner()

    def __enter__(self) -> "Service":
        return self

    def __exit__(self, *_: object) -> None:
        with self._runner:
            self._runner.run(self._client.aclose())

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
            response, content = self._runner.run(self._talk(method, path, params, body))
        except TimeoutError:
            raise _PassingError(f"not finished in {self._patience.whole_answer:g} seconds") from None
        except httpx.InvalidURL as error:
            raise InputError([f"{self.base}{path}: is no address: {error}"]) from None
        except httpx.TransportError as error:
            raise _PassingError(_short(f"no whole answer ({type(error).__name__}: {error})")) from None
        finally:
            self._free_at = time.monotonic() + self._patience.pace
        if response.status_code in (404, 410, 204):
            return None
        self._check_status(response, content, path)
        try:
            return read(_parsed(content, response.headers.get("content-type", ""), self._patience.most_values))
        except OddAnswerError as error:
            raise _PassingError(_short(f"the answer is {error}")) from None

    async def _talk(self, method: str, path: str, params: Params, body: Any) -> tuple[httpx.Response, bytearray]:
        """The response and its whole body, redirects followed; TimeoutError where that takes too long."""
        address = str(self._address).rstrip("/") + path
        request = self._client.build_request(method, address, params=list(params), json=body)
        async with asyncio.timeout(self._patience.whole_answer):
            for _ in range(_REDIRECTS + 1):
                response = await self._client.send(request, stream=True)
                try:
                    if response.next_request is None:
                        return response, await self._whole(response, path)
                finally:
                    await response.aclose()
                request = response.next_request
                if not self._is_ours(request.url):
                    there = str(request.url.copy_with(userinfo=b"", query=None, fragment=None))
                    raise InputError([_short(f"{self.base}{path}: sends us on to {there}: not the same https address")])
        raise _PassingError(f"more than {_REDIRECTS} redirects")

    def _is_ours(self, address: httpx.URL) -> bool:
        """Whether a redirect stays: on the same host and port, or goes from http to the https of the same host."""
        same = (address.scheme, address.host, address.port)
        ours = self._address
        return same in ((ours.scheme, ours.host, ours.port), ("https", ours.host, None))

    async def _whole(self, response: httpx.Response, path: str) -> bytearray:
        """The whole body, unpacked here so that no few bytes can become many; only gzip is taken."""
        encoding = response.headers.get("content-encoding", "identity").strip().casefold()
        if encoding not in ("gzip", "identity", ""):
            raise _PassingError(_short(f"encoded as {encoding}, where only gzip was asked for"))
        unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if encoding == "gzip" else None
        content, received, most = bytearray(), 0, self._patience.largest_answer
        async for part in response.aiter_raw():
            received += len(part)
            try:
                content += unpack.decompress(part, most + 1 - len(content)) if unpack else part
            except zlib.error as error:
                raise _PassingError(f"no whole gzip ({error})") from None
            if max(received, len(content)) > most:
                raise InputError([f"{self.base}{path}: answers more than {most:,} bytes"])
            if unpack and unpack.unused_data:
                raise _PassingError("more than one gzip file")
        if unpack and received and not unpack.eof:
            raise _PassingError("no whole gzip (it ends too early)")
        return content

    def _check_status(self, response: httpx.Response, content: bytearray, path: str) -> None:
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
        except OverflowError:  # a date that no clock reaches
            wait = math.inf
        except (ValueError, TypeError):
            return None
        if wait > self._patience.longest:
            when = f"after {wait:.0f} seconds" if wait < 1e9 else f"in more than thirty years ({text[:60]})"
            raise InputError([f"{self.base}{path}: asks to come back {when}; try again then"])
        return max(0.0, wait)


def _address(base: str) -> httpx.URL:
    """The address of a service; the message where it is none does not repeat a password in it."""
    shown = base.rpartition("@")[2]
    try:
        address = httpx.URL(base)
    except httpx.InvalidURL:
        raise InputError([f'address = "{shown}": is no address']) from None
    if address.scheme not in ("https", "http") or not address.host:
        raise InputError([f'address = "{shown}": must start with https:// (or http:// for a replica)'])
    return address


def _parsed(content: bytearray, kind: str, most_values: int) -> Any:
    """JSON as Python has it, CSV as its text; OddAnswerError says what the answer is instead."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise OddAnswerError("not UTF-8 text") from None
    if re.match(r"\s*<", text) or "text/html" in kind:
        raise OddAnswerError("an HTML page, not data")
    if "csv" in kind:
        return text
    if sum(map(content.count, (b"[", b"{", b","))) > most_values:
        raise OddAnswerError(f"a JSON text of more than {most_values:,} values")
    try:
        answer = json.loads(text, parse_constant=_no_number)
        if _HALVES.search(text):
            json.dumps(answer, ensure_ascii=False).encode()  # half a character cannot be written down again
    except (ValueError, RecursionError):
        raise OddAnswerError(f"no whole JSON ({len(content):,} bytes)") from None
    return answer


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SAID else text[:_LONGEST_SAID] + "..."


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
