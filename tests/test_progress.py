"""Lines of progress: stages, shares, and how long the rest takes."""

from __future__ import annotations

from featherface_edge.progress import PAUSE_S, Progress, told


class Clock:
    """Seconds that go by when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_stages_are_numbered_and_the_rest_follows_from_the_pace() -> None:
    clock, lines = Clock(), list[str]()
    progress = Progress(lines.append, [10.0, 20.0, 30.0], clock)
    progress.stage("first")
    clock.now += 20  # twice as long as expected
    progress.stage("second")
    clock.now += 20
    progress.part(0.5)
    clock.now += 20
    progress.stage("third")
    assert lines == [
        "[1/3] first",
        "[2/3] second, about 1 min left",
        "[2/3] second: 50%, about 1 min left",
        "[3/3] third, about 1 min left",
    ]


def test_shares_are_told_at_most_every_few_seconds() -> None:
    clock, lines = Clock(), list[str]()
    progress = Progress(lines.append, [10.0], clock)
    progress.stage("only")
    for _ in range(20):
        clock.now += PAUSE_S / 4
        progress.part(0.25)
    assert len(lines) == 1 + 5
    progress.part(1.0)
    assert len(lines) == 6


def test_a_stage_that_was_not_expected_is_counted() -> None:
    lines: list[str] = []
    progress = Progress(lines.append, [1.0], Clock())
    progress.stage("first")
    progress.stage("more")
    assert lines[1].startswith("[2/2] more")


def test_items_are_told_as_they_go() -> None:
    shares: list[float] = []
    assert list(told("abcd", shares.append)) == list("abcd")
    assert shares == [0.25, 0.5, 0.75, 1.0]
