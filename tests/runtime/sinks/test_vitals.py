"""/health, as those who watch over services ask for it."""

from __future__ import annotations

import json
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from featherface_runtime.live import SourceSnapshot, State, TelemetrySnapshot
from featherface_runtime.sinks.prometheus import Prometheus
from featherface_runtime.sinks.serving import Address
from tests.runtime.preview.asking import INFO, asked, made
from tests.runtime.sinks.results import running


def of(*states: State) -> TelemetrySnapshot:
    return TelemetrySnapshot(1.0, tuple(SourceSnapshot(each, each) for each in states))


@pytest.mark.parametrize(
    ("snapshot", "code", "status"),
    [
        (of("live"), 200, "ok"),
        (of("live", "reconnecting"), 200, "degraded"),
        (of("failed", "reconnecting"), 503, "failed"),
    ],
)
def test_a_failure_has_a_status_of_its_own(
    snapshot: TelemetrySnapshot, code: int, status: str
) -> None:
    with running(Prometheus(Address("127.0.0.1", 0), lambda: snapshot)) as sink:
        url = sink.url.replace("/metrics", "/health")
        try:
            with urlopen(url, timeout=30) as answer:  # noqa: S310 -- our own server
                found, text = answer.status, answer.read()
        except HTTPError as error:
            found, text = error.code, error.read()
            error.close()
    assert found == code
    assert json.loads(text)["status"] == status


def test_the_page_has_it_too() -> None:
    preview, _ = made()
    with running(preview, INFO):
        answer = asked(preview, "/health")
    assert answer.status == 200
    assert json.loads(answer.body) == {"status": "degraded", "reasons": ["b is lost"]}
