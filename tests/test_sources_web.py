"""Politeness, patience and plain sentences of the one place that talks to the network."""

import email.utils
import time
from collections.abc import Iterator

import pytest

from tests.replica import Replica, small_world
from wellbeing_lib.faults import InputError
from wellbeing_lib.sources.web import OddAnswerError, Patience, Service


@pytest.fixture
def replica(monkeypatch: pytest.MonkeyPatch) -> Iterator[Replica]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Replica(small_world()) as served:
        yield served


def test_a_request_names_the_project(replica: Replica) -> None:
    with Service(replica.sotkanet, patience=Patience(pace=0)) as service:
        assert service.get("/regions")  # the replica answers 403 to a client without a name of its own
        service._client.headers["User-Agent"] = "python-httpx/0.28"
        with pytest.raises(InputError, match=r"/regions: status 403 Forbidden: Forbidden"):
            service.get("/regions")


def test_requests_keep_the_pace(replica: Replica) -> None:
    waits: list[float] = []
    with Service(replica.sotkanet, patience=Patience(pace=5), sleep=waits.append) as service:
        service.get("/regions")
        service.get("/regions")
    assert waits[0] == 0
    assert 4 < waits[1] <= 5


def test_a_wait_that_is_asked_for_is_honoured_in_seconds_and_as_a_date(replica: Replica) -> None:
    waits: list[float] = []
    replica.fault("429", retry_after="7")
    replica.fault("503", retry_after=email.utils.formatdate(time.time() + 60, usegmt=True))
    with Service(replica.sotkanet, patience=Patience(pace=0), sleep=waits.append) as service:
        assert service.get("/regions")
    asked = [wait for wait in waits if wait]
    assert asked[0] == 7
    assert 40 < asked[1] <= 60


def test_a_wait_too_long_to_sit_out_is_said(replica: Replica) -> None:
    replica.fault("429", retry_after="4000")
    with (
        Service(replica.sotkanet, patience=Patience(pace=0)) as service,
        pytest.raises(InputError, match="come back after 4000 seconds"),
    ):
        service.get("/regions")


def test_waits_grow_with_jitter(replica: Replica) -> None:
    def waits(pace: float) -> list[float]:
        slept: list[float] = []
        replica.fault("500", times=5)
        with Service(replica.sotkanet, patience=Patience(pace=pace, attempts=6), sleep=slept.append) as service:
            assert service.get("/regions")
        return slept

    first, second = waits(100), waits(100)
    assert first != second
    assert max(*first, *second) > 100
    assert max(*first, *second) <= 300
    assert not any(waits(0))


def test_a_drip_of_bytes_and_a_flood_end(replica: Replica) -> None:
    replica.fault("slow", times=9)
    with (
        Service(replica.sotkanet, patience=Patience(pace=0, attempts=2, whole_answer=0.1)) as service,
        pytest.raises(InputError, match=r"not finished in 0\.1 seconds, after 2 attempts"),
    ):
        service.get("/regions")
    with (
        Service(replica.sotkanet, patience=Patience(pace=0, largest_answer=1000)) as service,
        pytest.raises(InputError, match="more than 1,000 bytes"),
    ):
        service.get("/indicators")


def test_silence_longer_than_the_timeout_is_tried_again(replica: Replica) -> None:
    replica.fault("slow")
    with Service(replica.sotkanet, patience=Patience(pace=0, timeout=0.1)) as service:
        assert service.get("/regions")
    assert len(replica.requests) == 2


def test_an_unknown_address_is_none_and_a_comma_list_a_sentence(replica: Replica) -> None:
    with Service(replica.sotkanet, patience=Patience(pace=0)) as service:
        assert service.get("/indicators/999999") is None
        with pytest.raises(InputError, match="status 400"):
            service.get("/json", [("indicator", 228), ("years", "2022,2023")])


def test_an_odd_answer_is_asked_for_again(replica: Replica) -> None:
    seen = []

    def read(answer: list) -> int:
        seen.append(answer)
        if len(seen) < 3:
            raise OddAnswerError("odd")
        return len(answer)

    with Service(replica.sotkanet, patience=Patience(pace=0)) as service:
        assert service.get("/regions", read=read) == len(replica.world.regions)
    assert len(seen) == 3


def test_nobody_at_the_address_is_one_sentence() -> None:
    with (
        Service("http://127.0.0.1:9", patience=Patience(pace=0, attempts=2)) as service,
        pytest.raises(InputError, match=r"127.0.0.1:9/regions: no whole answer \(ConnectError.*after 2 attempts"),
    ):
        service.get("/regions")
    with pytest.raises(InputError, match="must start with https"):
        Service("sotkanet.fi", patience=Patience())


def test_the_pace_can_be_set_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WELLBEING_PACE", "1.5")
    assert Patience.from_environment() == Patience(pace=1.5)
    monkeypatch.setenv("WELLBEING_PACE", "soon")
    with pytest.raises(InputError, match='WELLBEING_PACE = "soon": must be a number of seconds'):
        Patience.from_environment()
