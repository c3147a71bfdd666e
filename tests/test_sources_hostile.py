"""Services that mean harm: answers that never end or swell, redirects to elsewhere, odd values; a real server each."""

import datetime
import email.utils
import gzip
import ipaddress
import itertools
import json
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import brotli
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.conftest import ROOT
from tests.test_kernels import needs_proc
from wellbeing_lib.faults import InputError
from wellbeing_lib.sources.answers import Asked, read_figures
from wellbeing_lib.sources.sotkanet import read_metadata
from wellbeing_lib.sources.web import OddAnswerError, Patience, Service

ONCE = Patience(pace=0, attempts=1, timeout=20, whole_answer=1)
MOST_MEMORY = 300_000_000  # bytes
# Asks once in a process of its own; says the fault, or nothing, and then the most memory that it ever held.
ASK = """
import sys
from pathlib import Path
from wellbeing_lib.faults import InputError
from wellbeing_lib.sources.web import Patience, Service

patience = Patience(pace=0, attempts=1, timeout=20, whole_answer=float(sys.argv[2]))
with Service(sys.argv[1], patience=patience) as service:
    try:
        service.get("/regions")
        print("taken")
    except InputError as error:
        print(error)
status = Path("/proc/self/status").read_text()
print(int(status.partition("VmHWM:")[2].split()[0]) * 1024)
"""


@contextmanager
def serving(pieces: Iterable[bytes], *, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server on loopback that sends these pieces to whoever asks, until that one has enough; gives its address."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                while self.rfile.readline().strip():
                    pass
                for piece in pieces:
                    self.wfile.write(piece)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that breaks off is what is tested."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def dripped(start: bytes, every: bytes) -> Iterator[bytes]:
    """One piece after the other, so slowly that they never end and so fast that nobody waits for long."""
    yield start
    for _ in itertools.count():
        yield every
        time.sleep(0.02)


def endlessly(start: bytes, every: bytes) -> Iterator[bytes]:
    yield start
    yield from itertools.repeat(every)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
GZIP_HEADER = b"\x1f\x8b\x08\x08" + bytes(6)  # says that a name of a file follows, which ends with a zero
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
ENDLESS = {
    "dripped headers": (dripped, HEAD + b"X-A: ", b"a"),
    "dripped early hints": (dripped, b"", HINTS),
    "early hints": (endlessly, b"", HINTS * 100),
    "dripped name in gzip": (dripped, HEAD + b"Content-Encoding: gzip\r\n\r\n" + GZIP_HEADER, b"a"),
    "dripped spaces": (dripped, HEAD + b"\r\n", b" "),
}


@needs_proc
@pytest.mark.parametrize("how", ENDLESS)
def test_an_answer_that_never_ends_is_given_up(how: str) -> None:
    pace, start, every = ENDLESS[how]
    with serving(pace(start, every)) as address:
        said, memory = asked(address, seconds=1)

    assert said == f"{address}/regions: not finished in 1 seconds, after 1 attempts; " \
        "try again later, what was fetched today is kept"  # fmt: skip
    assert memory < MOST_MEMORY


def asked(address: str, *, seconds: float = 60) -> tuple[str, int]:
    """What a process of its own says after it has asked once, and the bytes of memory that it needed."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, address, str(seconds)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    said, memory = done.stdout.splitlines()
    return said, int(memory)


def swollen() -> dict[str, tuple[bytes, str]]:
    """Small answers that become large, and what is said of each."""
    zeros = gzip.compress(bytes(200_000_000))
    packed, too_many = "Content-Encoding: gzip", "a JSON text of more than 500,000 values"
    name = HEAD + b"Content-Encoding: gzip\r\n\r\n" + GZIP_HEADER + b"a" * 11_000_000
    return {
        "gzip": (answer(zeros, packed), "answers more than 10,000,000 bytes"),
        "gzip in gzip": (answer(gzip.compress(zeros), "Content-Encoding: gzip, gzip"), "encoded as gzip, gzip"),
        "brotli": (answer(brotli.compress(bytes(90_000_000), quality=5), "Content-Encoding: br"), "encoded as br"),
        "zstd": (answer(b"x", "Content-Encoding: zstd"), "encoded as zstd"),
        "name in gzip": (name, "answers more than 10,000,000 bytes"),
        "gzip after gzip": (answer(zeros[:-8] + zeros, packed), "answers more than 10,000,000 bytes"),
        "half a gzip": (answer(gzip.compress(b"[1]")[:-4], packed), "no whole gzip (it ends too early)"),
        "no gzip": (answer(b"[1]", packed), "no whole gzip"),
        "two gzips": (answer(gzip.compress(b"[") + gzip.compress(b"]"), packed), "more than one gzip file"),
        "dictionaries": (answer(gzip.compress(b"[" + b"{}," * 3_000_000 + b"{}]"), packed), too_many),
        "lists": (answer(gzip.compress(b"[" * 8_000_000), packed), too_many),
        "a bare flood": (HEAD + b"\r\n" + b" " * 11_000_000, "answers more than 10,000,000 bytes"),
    }


SWOLLEN = swollen()


@needs_proc
@pytest.mark.parametrize("how", SWOLLEN)
def test_a_small_answer_takes_no_large_memory(how: str) -> None:
    content, expected = SWOLLEN[how]
    with serving([content]) as address:
        said, memory = asked(address)

    assert expected in said
    assert memory < MOST_MEMORY


@needs_proc
def test_no_part_of_an_answer_is_unpacked_beyond_the_largest() -> None:
    """64 kB, which arrive at once, become 66 MB."""
    with serving([answer(b"[1]")]) as plain, serving([SWOLLEN["gzip"][0]]) as packed:
        (_, least), (_, most) = asked(plain), asked(packed)

    assert most - least < 60_000_000


@needs_proc
@pytest.mark.parametrize(
    "content",
    [
        b"[" + b'{"a":1},' * 249_000 + b"1]",
        b"[" + (b'{"a":' * 900 + b"1" + b"}" * 900 + b",") * 554 + b"1]",
        json.dumps("\N{GRINNING FACE}" * 2_490_000, ensure_ascii=False).encode(),
    ],
    ids=["rows", "depths", "letters"],
)
def test_the_largest_answer_that_is_taken_takes_no_large_memory(content: bytes) -> None:
    with serving([answer(gzip.compress(content, 1), "Content-Encoding: gzip")]) as address:
        said, memory = asked(address)

    assert said == "taken"
    assert memory < MOST_MEMORY


def test_only_gzip_is_asked_for_and_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    packed = answer(gzip.compress(b"[1]"), "Content-Encoding: gzip")
    with serving([packed]) as address, Service(address, patience=ONCE) as service:
        assert service.get("/") == [1]
        assert service._client.headers["Accept-Encoding"] == "gzip"


# redirects


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for loopback, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    names: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("tls") / "loopback.pem"
    path.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem))
    return path


@pytest.fixture
def tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a server needs to speak https; clients started from here on trust it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def sent_on(to: str, status: str = "302 Found") -> bytes:
    return answer(b"", f"Location: {to}", "Connection: close", status=status)


def test_a_redirect_is_followed_on_the_same_host_with_https(tls: ssl.SSLContext) -> None:
    turns = iter([sent_on("/here"), answer(b"[1]")])
    with serving(Turns(turns), tls=tls) as address, Service(address, patience=ONCE) as service:
        assert service.get("/regions") == [1]


class Turns:
    """The next answer of a list to each who asks."""

    def __init__(self, answers: Iterator[bytes]) -> None:
        self.answers = answers

    def __iter__(self) -> Iterator[bytes]:
        yield next(self.answers)


@pytest.mark.parametrize(
    "where", ["{http}/regions", "{other}/regions", "http://169.254.169.254/latest/meta-data", "//localhost/regions"]
)
def test_a_redirect_to_another_host_or_without_https_is_not_followed(tls: ssl.SSLContext, where: str) -> None:
    asked_there: list[bool] = []

    class There:
        def __iter__(self) -> Iterator[bytes]:
            asked_there.append(True)
            yield answer(b"[1]")

    with serving(There()) as http, serving(There(), tls=tls) as secure:
        to = where.format(http=http, other=secure.replace("127.0.0.1", "localhost"))
        with (
            serving([sent_on(to)], tls=tls) as address,
            Service(address, patience=ONCE) as service,
            pytest.raises(InputError, match=r"/regions: sends us on to .*: not the same https address"),
        ):
            service.get("/regions")
    assert not asked_there


def test_redirects_in_a_circle_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with (
        serving([sent_on("/regions", "307 Temporary Redirect")]) as address,
        Service(address, patience=ONCE) as service,
        pytest.raises(InputError, match="more than 5 redirects"),
    ):
        service.get("/regions")


# values


@pytest.mark.parametrize(
    ("asks", "said"),
    [
        ("9" * 400, r"asks to come back in more than thirty years \(9{60}\)"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", r"asks to come back in more than thirty years \(Fri, 31 Dec 9999"),
        ("Fri, 31 Dec 9999 23:59:59 -9999", "asks to come back in more than thirty years|status 429"),
        ("Mon, 01 Jan 0001 00:00:00 -0000", "status 429"),
        ("Mon, 01 Jan 99999 00:00:00 GMT", "status 429"),
        pytest.param(
            email.utils.formatdate(time.time() + 4000, usegmt=True), r"come back after \d+ seconds", id="an hour"
        ),
        ("\u00b2", "status 429"),
    ],
)
def test_any_wait_that_is_asked_for_is_one_sentence(monkeypatch: pytest.MonkeyPatch, asks: str, said: str) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    head = f"HTTP/1.1 429 Too Many Requests\r\nRetry-After: {asks}\r\nContent-Length: 0\r\n\r\n".encode("latin-1")
    with (
        serving([head]) as address,
        Service(address, patience=ONCE) as service,
        pytest.raises(InputError, match=said),
    ):
        service.get("/regions")


def test_a_field_of_any_length_is_one_short_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    long = "9a" * 100_000
    asked_for = Asked(127, frozenset({2024}), frozenset({"total"}))
    names = "indicator;region;year;gender;primary value;absolute value"
    row = {"indicator": 127, "region": long, "year": 2024, "gender": "total", "value": 1}
    for kind, content in (("text/csv", f"{names}\r\n127;{long};2024;total;1;\r\n"), ("", json.dumps([row]))):
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
        with (
            serving([(head + content).encode()]) as address,
            Service(address, patience=ONCE) as service,
            pytest.raises(InputError, match="the answer is not a list of figures") as fault,
        ):
            service.get("/json", read=lambda answer: read_figures(answer, asked_for))
        assert len(str(fault.value)) < 1000


def metadata(**changes: object) -> dict:
    return {"id": 127, "title": {"fi": "Väestö"}, "range": {"start": 1990, "end": 2024}} | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"range": {"start": -(10**12), "end": 2024}},
        {"range": {"start": 1990, "end": 10**12}},
        {"range": {"start": 10**5000, "end": 2024}},
        {"title": {"fi": "ä" * 200_000}},
    ],
)
def test_the_years_of_an_indicator_and_its_title_are_bounded(changes: dict) -> None:
    assert read_metadata(metadata()).last == 2024
    with pytest.raises(OddAnswerError, match="metadata of an indicator") as fault:
        read_metadata(metadata(**changes))
    assert len(str(fault.value)) < 1000


@pytest.mark.parametrize("name", ["WELLBEING_TIMEOUT", "WELLBEING_PACE"])
@pytest.mark.parametrize("value", ["nan", "inf", "-1", "1e300"])
def test_a_time_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=f'{name} = "{value}": must be a number of seconds from 0.* to 3600'):
        Patience.from_environment()


@pytest.mark.parametrize(
    "address",
    [
        "http://ada:secret-word@127.0.0.1:9/rest",
        "http://ada:secret-word@127.0.0.1:port/rest",
        "http://ada:secret-word@",
        "ftp://ada:secret-word@127.0.0.1/rest",
        "ada:secret-word@127.0.0.1",
    ],
)
def test_no_message_shows_the_password_of_an_address(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(InputError) as fault, Service(address, patience=ONCE) as service:
        service.get("/regions")
    assert "secret-word" not in str(fault.value)
    assert "ada" not in str(fault.value)


def test_the_password_of_an_address_is_sent_to_its_service_and_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving([answer(b"", status="401 Unauthorized")]) as address:
        secret = address.replace("http://", "http://ada:secret-word@")
        with Service(secret, patience=ONCE) as service, pytest.raises(InputError, match="status 401") as fault:
            service.get("/regions")
    assert str(fault.value).startswith(f"{address}/regions: ")
    assert "secret-word" not in service.base


def test_a_proxy_that_is_none_is_one_sentence_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://ada:secret-word@127.0.0.1")
    with pytest.raises(InputError, match="HTTP_PROXY, HTTPS_PROXY or ALL_PROXY: must be an address") as fault:
        Service("https://sotkanet.fi", patience=ONCE)
    assert "secret-word" not in str(fault.value)
