"""What is decided by the clock, with clocks of our own."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from featherface_edge.detection import Detections
from featherface_runtime.live import Heat, Patience, Region, Result, StreamOptions, Telemetry
from featherface_runtime.live.backoff import Backoff
from featherface_runtime.live.board import BoardReading, read_board
from featherface_runtime.live.gears import Gears
from featherface_runtime.live.governor import Governor
from featherface_runtime.live.intake import Intake
from featherface_runtime.live.looking import Looking
from featherface_runtime.live.pulse import Pulse
from featherface_runtime.live.supervisor import Thermostat
from featherface_runtime.live.systemd import Notifier
from tests.fakes import model_spec
from tests.pictures import plain
from tests.runtime.live.parts import shot

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection import Frame, Placement
    from featherface_edge.spec import ModelSpec, Thresholds

HOT, WARM, COOL = (BoardReading(each) for each in (85.0, 75.0, 50.0))


class Unused:
    """A detector that nobody asks."""

    spec: ModelSpec = model_spec(96, 64)
    thresholds: Thresholds = spec.thresholds

    def find(self, canvas: Frame, placement: Placement) -> Detections:
        raise NotImplementedError(canvas, placement)


def test_waits_grow_up_to_the_longest_and_begin_anew() -> None:
    backoff = Backoff(Patience(0.25, 3.0, 2.0, 0.5), chance=lambda: 0.0)
    assert [backoff.next() for _ in range(6)] == [0.25, 0.5, 1.0, 2.0, 3.0, 3.0]
    backoff.ease()
    assert [backoff.next() for _ in range(3)] == [1.0, 2.0, 3.0]
    backoff.reset()
    backoff.ease()
    assert backoff.next() == 0.25


def test_time_that_a_try_has_taken_counts() -> None:
    backoff = Backoff(Patience(0.25, 3.0, 2.0, 0.5), chance=lambda: 0.0)
    assert [backoff.next(spent) for spent in (0.0, 0.1, 0.1, 1.5, 3.0)] == [
        0.25,
        0.4,
        0.9,
        0.5,
        0.25,
    ]


def test_waits_are_shortened_by_chance() -> None:
    backoff = Backoff(Patience(1.0, 8.0, 2.0, 0.5), chance=lambda: 0.8)
    assert [backoff.next() for _ in range(3)] == pytest.approx([0.6, 1.2, 2.4])
    for _ in range(5000):
        assert 0 < backoff.next() <= 8


def test_a_hot_board_gets_half_the_work_step_by_step() -> None:
    governor = Governor(Heat())
    governor.update(COOL, 20.0, 0.0)
    assert (governor.interval, governor.policy) == (0.0, "full rate")
    governor.update(HOT, 20.0, 5.0)
    assert governor.interval == pytest.approx(0.1)
    assert governor.policy == "1/2 of the rate, 10.0 a second at most (85 °C)"
    governor.update(HOT, 10.0, 10.0)  # too soon for another step
    assert governor.interval == pytest.approx(0.1)
    for now in (15.0, 25.0, 35.0, 45.0):
        governor.update(HOT, 5.0, now)
    assert governor.interval == pytest.approx(8 / 20)  # 1/8 at the least


def test_canvases_shrink_before_the_rate_does() -> None:
    governor = Governor(Heat(), smaller=2)
    steps: list[tuple[int, object, str]] = []
    for now in range(0, 70, 10):
        governor.update(HOT, 20.0, now)
        steps.append((governor.canvas, governor.interval, governor.policy))
    full, half = "full rate (85 °C)", "1/2 of the rate, 10.0 a second at most (85 °C)"
    assert steps[:3] == [(1, 0.0, full), (2, 0.0, full), (2, pytest.approx(0.1), half)]
    assert steps[-1][:2] == (2, pytest.approx(8 / 20))
    for now in range(91, 91 + 31 * 5, 31):
        governor.update(COOL, 20.0, now)
        steps.append((governor.canvas, governor.interval, governor.policy))
    assert [step[0] for step in steps[-5:]] == [2, 2, 2, 1, 0]
    assert steps[-1][1:] == (0.0, "full rate")


def test_a_cool_board_gets_its_work_back() -> None:
    governor = Governor(Heat())
    governor.update(HOT, 20.0, 0.0)
    governor.update(HOT, 10.0, 10.0)
    governor.update(COOL, 5.0, 39.0)
    assert governor.interval == pytest.approx(0.2)  # not cool for long enough
    governor.update(WARM, 5.0, 41.0)
    governor.update(COOL, 5.0, 70.0)
    assert governor.interval == pytest.approx(0.2)  # warm in between
    governor.update(COOL, 5.0, 72.0)
    assert governor.interval == pytest.approx(0.1)
    governor.update(COOL, 10.0, 103.0)
    assert (governor.interval, governor.policy) == (0.0, "full rate")


def test_throttling_counts_as_heat_and_is_named() -> None:
    governor = Governor(Heat())
    governor.update(
        BoardReading(60.0, throttled=True, reasons=("under-voltage", "throttled")), 30.0, 0.0
    )
    assert governor.policy == (
        "1/2 of the rate, 15.0 a second at most (60 °C, under-voltage, throttled)"
    )


def test_who_looks_seldom_because_of_a_lost_source_is_not_held_to_it() -> None:
    governor = Governor(Heat())
    governor.update(HOT, 0.01, 0.0)
    assert governor.interval == pytest.approx(2.0)


def test_frames_between_do_not_count_as_work(tmp_path: Path) -> None:
    telemetry = Telemetry(["cam"])
    gears = Gears(Unused())
    looking = Looking(gears, Intake(1), [], telemetry)
    board = fake_board(tmp_path, ["50000"])
    thermostat = Thermostat(looking, gears, telemetry, StreamOptions(root=board))
    thermostat.look(100.0)
    for number in range(150):  # 30 results a second, every third looked at
        faces = Detections.empty()
        telemetry.sources[0].finished(
            Result(shot(captured=number / 30), faces, number / 30, inferred=number % 3 == 0)
        )
    (board / "sys/class/thermal/thermal_zone0/temp").write_text("90000")
    thermostat.look(105.0)
    assert looking.interval == pytest.approx(2 / 10)


def test_a_rate_of_the_user_holds_in_any_case() -> None:
    governor = Governor(Heat(), rate=4.0)
    governor.update(COOL, 4.0, 0.0)
    assert governor.interval == 0.25
    governor.update(HOT, 4.0, 5.0)
    assert governor.interval == 0.5
    alone = Governor(None)
    alone.update(HOT, 4.0, 0.0)
    assert alone.interval == 0.0


def fake_board(root: Path, temperatures: list[str], flags: str = "") -> Path:
    for index, text in enumerate(temperatures):
        zone = root / f"sys/class/thermal/thermal_zone{index}"
        zone.mkdir(parents=True)
        (zone / "temp").write_text(text)
    if flags:
        firmware = root / "sys/devices/platform/soc/soc:firmware"
        firmware.mkdir(parents=True)
        (firmware / "get_throttled").write_text(flags)
    return root


def test_a_raspberry_pi_tells_its_heat_and_its_throttling(tmp_path: Path) -> None:
    board = fake_board(tmp_path, ["61234\n", "48000\n"], "5\n")
    assert read_board(board) == BoardReading(
        61.234, throttled=True, reasons=("under-voltage", "throttled")
    )


def test_past_throttling_is_past(tmp_path: Path) -> None:
    assert read_board(fake_board(tmp_path, ["40000"], "50000")) == BoardReading(
        40.0, throttled=False, past=("under-voltage", "throttled")
    )


def test_zones_that_are_switched_off_are_passed_over(tmp_path: Path) -> None:
    board = fake_board(tmp_path, ["-256000\n", "", "none", "70500\n"])
    assert read_board(board) == BoardReading(70.5)


def test_a_board_that_tells_nothing(tmp_path: Path) -> None:
    assert read_board(tmp_path) == BoardReading()


@pytest.mark.parametrize(
    ("script", "throttled"),
    [
        ("echo throttled=0x4", True),
        ("echo throttled=0x0", False),
        ("echo what", None),
        ("exit 1", None),
    ],
)
def test_the_firmwares_program_is_asked(tmp_path: Path, script: str, *, throttled: bool) -> None:
    command = tmp_path / "usr/bin/vcgencmd"
    command.parent.mkdir(parents=True)
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    assert read_board(tmp_path).throttled is throttled


def test_a_pulse_is_stuck_after_its_limit() -> None:
    now = [100.0]
    pulse = Pulse(10.0, lambda: now[0])
    now[0] = 110.0
    assert not pulse.stuck
    now[0] = 110.5
    assert pulse.stuck
    pulse.beat()
    assert pulse.silence == 0


def heard(listener: socket.socket) -> str:
    listener.settimeout(5)
    return listener.recv(4096).decode()


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_hears_what_it_is_told(tmp_path: Path, *, abstract: bool) -> None:
    name = f"@featherface-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0" + name[1:] if abstract else name)
        notifier = Notifier({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "10000000"})
        notifier.ready()
        assert heard(listener) == "READY=1"
        notifier.status("two\nlines")
        assert heard(listener) == "STATUS=two lines"
        for now in (0.0, 1.0, 2.9, 3.0, 4.0):
            notifier.alive(now)
        notifier.stopping()
        assert [heard(listener) for _ in range(3)] == ["WATCHDOG=1", "WATCHDOG=1", "STOPPING=1"]


@pytest.mark.parametrize(
    ("environment", "interval"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "3000000"}, 3.0),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": str(os.getpid())}, 3.0),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdog_of_the_unit(environment: dict[str, str], interval: float | None) -> None:
    notifier = Notifier({**environment, "NOTIFY_SOCKET": "/nobody/there"})
    assert notifier.interval == interval
    notifier.ready()  # nobody hears it, and nothing happens


def test_a_region_is_a_part_of_the_frame() -> None:
    frame = plain(200, 100)
    part, corner = Region(0.25, 0.5, 0.75, 1.0).of(frame)
    assert part.shape == (50, 100, 3)
    assert corner == (50, 50)
    assert Region(0.0, 0.0, 0.001, 0.001).of(frame)[0].shape == (1, 1, 3)


@pytest.mark.parametrize(
    "sides", [(0.5, 0, 0.5, 1), (0, 0.6, 1, 0.5), (-0.1, 0, 1, 1), (0, 0, 1, 2)]
)
def test_regions_that_are_none_are_refused(sides: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="a region needs"):
        Region(*sides)
