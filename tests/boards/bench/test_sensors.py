"""Sensors of boards, read from file systems that look like theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from featherface_boards.bench.sensors import Energy, Sampler, power_w
from featherface_boards.bench.sensors.clocks import clock_mhz, cooled, throttlings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PMIC = """\
   3V7_WL_SW_A current(0)=0.10000000A
   VDD_CORE_A current(7)=1.50000000A
   3V7_WL_SW_V volt(8)=3.70000000V
   VDD_CORE_V volt(15)=0.80000000V
   EXT5V_V volt(24)=5.10000000V
"""


def made(root: Path, files: Mapping[str, object]) -> Path:
    """Give the root with these files in it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    return root


def pi5(root: Path, flags: str = "0x0") -> Path:
    """Give the root of a Raspberry Pi 5 whose firmware answers."""
    made(
        root,
        {
            "sys/class/thermal/thermal_zone0/temp": 51_200,
            "sys/class/thermal/thermal_zone0/type": "cpu-thermal",
            **{f"sys/devices/system/cpu/cpu{n}/cpufreq/scaling_cur_freq": 2_400_000 for n in "01"},
        },
    )
    command = root / "usr/bin/vcgencmd"
    command.parent.mkdir(parents=True)
    answers = f"case $1 in get_throttled) echo throttled={flags};; *) cat <<E\n{PMIC}E\n;; esac"
    command.write_text(f"#!/bin/sh\n{answers}\n")
    command.chmod(0o755)
    return root


def jetson(root: Path) -> Path:
    """Give the root of a Jetson with its power monitor."""
    power, current = "sys/class/hwmon/hwmon3", "sys/class/hwmon/hwmon1"
    return made(
        root,
        {
            f"{power}/name": "ina3221",
            f"{power}/in2_label": "VDD_CPU_GPU_CV",
            f"{power}/in2_input": 5000,
            f"{power}/curr2_input": 999,
            f"{power}/in1_label": "VDD_IN",
            f"{power}/in1_input": 5000,
            f"{power}/curr1_input": 1200,
            f"{current}/name": "soctherm_oc",
            f"{current}/oc1_event_cnt": 2,
        },
    )


def test_a_pi_tells_temperature_clock_power_and_no_throttling(tmp_path: Path) -> None:
    sampler = Sampler(pi5(tmp_path))
    sampler.look()
    (found,) = sampler.samples
    assert (found.temperature_c, found.clock_mhz, found.throttled) == (51.2, 2400.0, False)
    assert found.power_w == pytest.approx(0.1 * 3.7 + 1.5 * 0.8)
    assert sampler.throttled is False


def test_a_pi_that_throttles_is_marked(tmp_path: Path) -> None:
    sampler = Sampler(pi5(tmp_path, "0x5"))
    sampler.look()
    assert sampler.throttled is True
    assert sampler.reasons == ("under-voltage", "throttled")


def test_a_jetson_tells_its_whole_power_and_not_a_part(tmp_path: Path) -> None:
    assert power_w(jetson(tmp_path)) == pytest.approx(6.0)


def test_an_older_jetson_tells_its_power(tmp_path: Path) -> None:
    folder = "sys/bus/i2c/drivers/ina3221x/6-0040/iio:device0"
    files = {f"{folder}/rail_name_0": "POM_5V_IN", f"{folder}/in_power0_input": 3500}
    assert power_w(made(tmp_path, files)) == pytest.approx(3.5)


def test_events_since_the_start_of_the_board_are_no_throttling_of_now(tmp_path: Path) -> None:
    root = jetson(tmp_path)
    sampler = Sampler(root, pause_s=0.0)
    sampler.look()
    assert sampler.throttled is False
    made(root, {"sys/class/hwmon/hwmon1/oc1_event_cnt": 5})
    sampler.look()
    assert sampler.throttled is True
    assert sampler.reasons == ("the processor slowed itself down 3 times",)


def test_cooling_by_the_clock_is_seen_and_a_fan_is_not(tmp_path: Path) -> None:
    folder = "sys/class/thermal/cooling_device"
    files = {
        f"{folder}0/type": "pwm-fan",
        f"{folder}0/cur_state": 3,
        f"{folder}1/type": "thermal-cpufreq-0",
        f"{folder}1/cur_state": 1,
        f"{folder}2/type": "thermal-cpufreq-1",
        f"{folder}2/cur_state": 0,
    }
    assert cooled(made(tmp_path, files)) == ("thermal-cpufreq-0",)


def test_x86_counts_how_often_its_cores_were_too_hot(tmp_path: Path) -> None:
    folder = "sys/devices/system/cpu/cpu{}/thermal_throttle/core_throttle_count"
    assert throttlings(made(tmp_path, {folder.format(n): 2 for n in "01"})) == 4


def test_x86_without_cpufreq_tells_its_clock(tmp_path: Path) -> None:
    files = {"proc/cpuinfo": "cpu MHz\t\t: 2000.500\nflags : fpu\ncpu MHz\t\t: 3000.5"}
    assert clock_mhz(made(tmp_path, files)) == 2500.5


def test_energy_counters_that_begin_anew_are_followed(tmp_path: Path) -> None:
    folder = "sys/class/powercap/intel-rapl:0"
    files = {
        f"{folder}/name": "package-0",
        f"{folder}/energy_uj": 9_000_000,
        f"{folder}/max_energy_range_uj": 10_000_000,
        "sys/class/powercap/intel-rapl:0:0/name": "core",
        "sys/class/powercap/intel-rapl:0:0/energy_uj": 1,
    }
    energy = Energy(made(tmp_path, files))
    assert energy.known
    made(tmp_path, {f"{folder}/energy_uj": 1_000_000})
    assert energy.joules() == pytest.approx(2.0)
    made(tmp_path, {f"{folder}/energy_uj": 1_500_000})
    assert energy.joules() == pytest.approx(0.5)


def test_energy_that_only_the_superuser_may_read_is_unknown(tmp_path: Path) -> None:
    energy = Energy(made(tmp_path, {"sys/class/powercap/intel-rapl:0/name": "package-0"}))
    assert not energy.known
    assert energy.joules() is None


def test_a_board_that_tells_nothing_is_no_fault(tmp_path: Path) -> None:
    sampler = Sampler(tmp_path)
    sampler.look()
    (found,) = sampler.samples
    assert (found.temperature_c, found.clock_mhz, found.power_w, found.throttled) == (None,) * 4
    assert sampler.throttled is None


def test_samples_are_not_taken_more_often_than_wanted_and_do_not_pile_up(tmp_path: Path) -> None:
    now = [0.0]
    sampler = Sampler(tmp_path, pause_s=1.0, clock=lambda: now[0])
    for _ in range(9000):
        now[0] += 0.5
        sampler.look()
    assert 1000 <= len(sampler.samples) <= 2000
    seconds = [each.seconds for each in sampler.samples]
    assert seconds == sorted(seconds)
