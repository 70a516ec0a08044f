from __future__ import annotations

import pytest

from featherface_edge.errors import UsageError
from featherface_runtime.live import Shot
from featherface_runtime.track import (
    Event,
    Follower,
    Line,
    TrackOptions,
    Watch,
    Zone,
    read_line,
    read_zone,
)
from featherface_runtime.track.types import Track
from tests.pictures import plain
from tests.runtime.track.faces import faces_at

SIZE = (200, 100)
UP = Line("door", (0.5, 1.0), (0.5, 0.0))
LEFT = Zone("desk", ((0.0, 0.0), (0.4, 0.0), (0.4, 1.0), (0.0, 1.0)))


def track(x: float, y: float = 50.0, identity: int = 1, side: float = 20.0) -> Track:
    half = side / 2
    faces = faces_at([[x - half, y - half, x + half, y + half]])
    return Track(identity, faces.boxes[0], 0.9, faces.landmarks[0], True, 10.0, 12.0)  # noqa: FBT003


def walk(watch: Watch, places: list[float], y: float = 50.0) -> list[Event]:
    return [
        event
        for wall, x in enumerate(places)
        for event in watch.see([track(x, y)], {1}, SIZE, float(wall))
    ]


def test_a_face_enters_and_leaves_once() -> None:
    watch = Watch()
    assert watch.see([track(50)], {1}, SIZE, 5.0) == (Event("enter", 1, 5.0),)
    assert watch.see([track(52)], {1}, SIZE, 6.0) == ()
    assert watch.see([], {1}, SIZE, 7.0) == ()
    assert watch.counts().present == 1
    assert watch.see([], set(), SIZE, 8.0) == (Event("leave", 1, 8.0, "", 2.0),)
    assert (watch.counts().present, watch.counts().unique) == (0, 1)


@pytest.mark.parametrize(
    ("places", "kinds"),
    [([70, 95, 130], ["in"]), ([130, 70], ["out"]), ([70, 130, 70], ["in", "out"])],
)
def test_a_line_counts_each_way(places: list[float], kinds: list[str]) -> None:
    watch = Watch([UP])
    events = [event for event in walk(watch, places) if event.place]
    assert [event.kind for event in events] == kinds
    assert watch.counts().lines == {"door": (kinds.count("in"), kinds.count("out"))}


def test_who_stands_on_a_line_is_counted_once() -> None:
    watch = Watch([UP])
    walk(watch, [70, *[99, 101] * 20, 130])
    assert watch.counts().lines == {"door": (1, 0)}


def test_a_line_ends_where_it_ends() -> None:
    watch = Watch([Line("gate", (0.5, 0.4), (0.5, 0.0))])
    walk(watch, [70, 130], y=80)
    assert watch.counts().lines == {"gate": (0, 0)}


def test_a_zone_knows_who_is_inside_and_how_long() -> None:
    watch = Watch([LEFT])
    events = [event for event in walk(watch, [150, 60, 79, 81, 60, 150]) if event.place]
    assert events == [Event("enter", 1, 1.0, "desk"), Event("leave", 1, 5.0, "desk", 4.0)]
    assert watch.counts().zones == {"desk": (0, 1)}


def test_who_leaves_the_picture_leaves_its_zones() -> None:
    watch = Watch([LEFT])
    walk(watch, [60])
    assert watch.counts().zones == {"desk": (1, 1)}
    events = watch.see([], set(), SIZE, 9.0)
    assert [(event.kind, event.place) for event in events] == [("leave", "desk"), ("leave", "")]
    assert watch.counts().zones == {"desk": (0, 1)}


def test_a_follower_joins_all_of_it() -> None:
    follower = Follower(TrackOptions(), [UP])
    happened: list[Event] = []
    for number in range(30):
        x = 40.0 + 4 * number
        shot = Shot(plain(200, 100), "camera", number, number / 30, 1000 + number / 30)
        looked = number % 3 == 0
        faces = faces_at([[x - 15, 30, x + 15, 60]]) if looked else None
        tracks, events = follower.look(shot, faces)
        happened += events
        assert all(each.detected == looked for each in tracks)
    assert [event.kind for event in happened] == ["enter", "in"]
    assert len(follower.regions()) == 1
    assert [event.kind for event in follower.interrupt(1002.0)] == ["leave"]
    assert follower.counts().unique == 1
    assert follower.counts().lines == {"door": (1, 0)}


def test_lines_and_zones_are_read_from_words() -> None:
    assert read_line("door:0.5,1,0.5,0") == UP
    assert read_zone("desk:0,0,0.4,0,0.4,1,0,1") == LEFT


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("door:0.5,1", "has 1 points"),
        ("door:0,0,0,0", "no length"),
        ("door:0,0,2,0", "0 to 1"),
        (":0,0,1,0", "no name"),
        ("door", "wanted NAME:X,Y,X,Y"),
        ("door:0,0,1", "wanted NAME:X,Y,X,Y"),
        ("door:0,0,nan,1", "0 to 1"),
    ],
)
def test_a_wrong_line_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_line(text)


def test_a_zone_has_three_corners() -> None:
    with pytest.raises(UsageError, match="2 corners"):
        read_zone("desk:0,0,1,1")
