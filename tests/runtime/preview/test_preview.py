"""What a viewer gets: pictures, the page, the state, and what the score is set to."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest

from tests.runtime.preview.asking import INFO, JSON, Camera, asked, frame, made, seen
from tests.runtime.sinks.results import result, running


def test_a_picture_comes_with_the_faces_in_it() -> None:
    preview, _ = made()
    with running(preview, INFO), Camera(preview):
        first = frame(preview)
        assert first.status == 200
        number, found, picture = seen(first.body)
        assert [face["box"] for face in found["faces"]] == [[0, 10, 20, 30], [30, 10, 50, 30]]
        assert (found["width"], found["height"]) == (160, 120)
        decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
        assert decoded is not None
        assert decoded.shape == (120, 160, 3)
        # Nothing is drawn: the browser does that.
        assert (np.ptp(decoded, axis=(0, 1)) < 5).all()
        assert seen(frame(preview, number).body).number > number


def test_large_pictures_are_sent_smaller() -> None:
    preview, _ = made()
    with running(preview, INFO), Camera(preview, (1920, 1080)):
        _, found, picture = seen(frame(preview).body)
    decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (720, 1280, 3)
    assert (found["width"], found["height"]) == (1920, 1080)  # boxes are in these pixels


def test_nothing_is_encoded_while_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    def packed(_: object) -> bytes:
        raise AssertionError

    preview, _ = made()
    monkeypatch.setattr("featherface_runtime.preview.channel.packed", packed)
    with running(preview, INFO):
        preview.write(result())
        assert frame(preview, source="b").status == 202  # who looks at another source
        preview.write(result())


def test_a_page_of_a_server_before_this_one_sees_pictures_again() -> None:
    preview, _ = made()
    with running(preview, INFO), Camera(preview):
        assert frame(preview, after=1_000_000).status == 200


def test_the_page_is_whole_and_keeps_to_itself() -> None:
    preview, _ = made()
    with running(preview, INFO):
        page = asked(preview, "/")
        assert page.status == 200
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        for name, kind in (("page.js", "text/javascript"), ("page.css", "text/css")):
            assert name.encode() in page.body
            assert asked(preview, f"/{name}").headers["Content-Type"].startswith(kind)
    for text in (page.body, asked_files()):
        assert b"http://" not in text
        assert b"https://" not in text


def asked_files() -> bytes:
    preview, _ = made()
    with running(preview, INFO):
        return b"".join(asked(preview, path).body for path in ("/page.js", "/page.css"))


def test_the_state_tells_what_the_page_shows() -> None:
    preview, stream = made()
    with running(preview, INFO):
        stream.score = 0.25
        state = json.loads(asked(preview, "/state").body)
    assert [source["name"] for source in state["sources"]] == ["front door", "b"]
    assert (state["score"], state["throttled"], state["temperature_c"]) == (0.25, True, None)
    assert (state["status"], state["reasons"]) == ("degraded", ["b is lost"])
    assert (state["model"], state["viewers"]) == ("edge 320x320", 0)


def test_the_score_is_set() -> None:
    preview, stream = made()
    with running(preview, INFO):
        assert asked(preview, "/score", JSON, b'{"score": 0.75}').status == 200
        assert stream.score == 0.75


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"score": 2}', b'{"score": NaN}', b'{"score": true}', b"\xff"]
)
def test_what_is_no_score_is_refused(body: bytes) -> None:
    preview, stream = made()
    with running(preview, INFO):
        assert asked(preview, "/score", JSON, body).status == 400
        assert asked(preview, "/score", JSON, b" " * 5000).status == 413
        assert stream.score == 0.5
