"""How each command of the pages is run: as it stands, but small.

A command that no rule names runs unchanged. A rule replaces words (a network for a quick one, a
camera for the made-up scene), adds words, or says where else the command is run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

QUICK = "--network edge-pico --size 64x64"
STEPS = (
    "loop.epochs=1 loop.steps=1 loop.batch=2 loop.side=64 loop.workers=0 loop.large_every=0"
    " threads=1"
)
PRUNING = (
    "search.trials=1 search.steps=1 search.judged=1 search.solved=1 soft.epochs=1 soft.steps=1"
    " tune.epochs=1 tune.steps=1 proof.side=64 train.loop.batch=2 train.loop.side=64"
    " train.loop.workers=0 train.loop.large_every=0 train.threads=1"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of commands whose text the pattern is found in.

    replace: pattern -> words. add: more words. status: exit statuses that are right. live: it runs
    until it is told to end. elsewhere: where it is run, which this folder does not repeat.
    """

    pattern: str
    replace: dict[str, str] = field(default_factory=dict[str, str])
    add: str = ""
    status: tuple[int, ...] = (0,)
    live: bool = False
    elsewhere: str = ""

    def applied(self, command: str) -> str:
        """Give the command as it is run."""
        for pattern, words in self.replace.items():
            command = re.sub(pattern, words, command)
        return f"{command} {self.add}".strip()


SMALL = "test:?size=320x240"
CAMERAS = {  # those that no machine of ours has, by the made-up scene
    r"rtsp://door\.local/live|picamera2://0|csi://0": f"'{SMALL}'",
    r"/dev/video0": "'test:?size=160x120'",
    r" --sink mqtt://broker/door": "",
    r"0\.0\.0\.0:8080": "0.0.0.0:0",
    r"^~/featherface/bin/": "",
}
OWN = {r"^fe-camera(?! .*test:)(?! --config)": f"fe-camera '{SMALL}'"}  # without a URI
SERVICE = "changes the system: tests/runtime/camera runs it on a folder of its own"
WATCHED = {  # for a moment, and without a camera
    r"--seconds \d+": "--seconds 5",
    r"^fe-calib build (?=--)": "fe-calib build 'test:?size=160x120' ",
}
SIZE = {r" --size \d+x\d+": ""}
ALIKE = {r"--target \S+": "--target onnx-int8"}  # the stand-in has equal kernels, see openvino_int8
DONE = (0, 3)  # 3: these small networks may fail their proof
RACE = "edge-nano edge-pico --backend litert --threads 1 --size 320x256"
EASY = "--max-p99 100000"  # milliseconds: any machine keeps them
FLOOR = {r"--min-ap \d+": "--min-ap 10", r"--max-p99 \d+": EASY, r"tune$": f"tune {EASY}"}
CANVAS = {r"320x320,640x480": "320x256,320x320"}
BRIEF = "--seconds 0.2 --starts 1"
RULES = (
    Rule(r"^(sudo )?apt ", elsewhere=".ci/run installs the packages of .ci/apt.txt"),
    Rule(r"^(git clone|cd) ", elsewhere="every run of .ci/run begins with it"),
    Rule(r"^(make |\.venv/bin/python -m pytest)", elsewhere=".ci/run"),
    Rule(r"^(python3 -m venv|pip install|~/featherface/bin/pip)", elsewhere="Makefile"),
    Rule(r"service (install|remove)", elsewhere=SERVICE),
    Rule(r"^fe-camera (--list|service show)"),
    Rule(r"fe-camera .*(--config|test:)", live=True),
    Rule(r"fe-camera .*(rtsp|csi|/dev)", replace=CAMERAS, live=True),
    Rule(r"fe-camera", replace=CAMERAS | OWN, live=True),
    Rule(r"^fe-calib build --seconds", replace=WATCHED),
    Rule(r"^fe-calib build rtsp", replace=CAMERAS | WATCHED),
    Rule(
        r"^fe-calib check .*--network",
        replace={r"--network edge": "--network edge-pico", "today/": "photos/"},
        status=DONE,
    ),
    Rule(r"^fe-calib check", status=DONE),
    Rule(r"^fe-calib drift", elsewhere="tests/calibration/test_drift.py, with files made there"),
    Rule(r"^fe-bench .*--ssh", elsewhere="tests/boards/bench/test_remote.py, with a real sshd"),
    Rule(r"^fe-bench (compare|report|validate)"),
    Rule(r"^(fe-board tune|fe-bench --pick) .*--max-energy", add=RACE, status=(2,)),  # no sensor
    Rule(r"^(fe-board tune edge|fe-bench --pick edge)", replace=CANVAS, add=EASY),
    Rule(r"^(fe-board tune|fe-bench --pick)", replace=FLOOR, add=RACE),
    Rule(r"^fe-bench", replace=CANVAS | {"sustained 10m": "sustained 4s"}, add=BRIEF),
    Rule(r"fe-board doctor", replace={"^~/.*/": ""}, status=(0, 1, 3)),  # whatever it lacks
    Rule(r"^fe-convert --list"),
    Rule(r"^fe-convert --onnx", replace=SIZE | ALIKE, add="--size 64x64", status=DONE),
    Rule(r"^fe-convert .*--checkpoint", add="--size 64x64", status=DONE),
    Rule(
        r"^fe-convert .*--(max-ap-drop|min-f1)",
        replace=SIZE,
        add=f"{QUICK} --time-limit 5s",
        status=DONE,
    ),
    Rule(r"^fe-convert", replace=SIZE, add=QUICK, status=DONE),
    Rule(
        r"^fe-board check edge-640x640-int8", replace={r"edge-640x640-int8": "model"}, status=(2,)
    ),
    Rule(r"^fe-board check .*--trust", status=(2,)),
    Rule(r"^torchrun", replace={r"per-node 4": "per-node 2"}, add=STEPS),
    Rule(r"^fe-train (fit|distill)", add=STEPS),
    Rule(r"^fe-prune (?!my)", elsewhere="tests/pruning/run runs them on toy data"),
    Rule(r"^fe-prune my\.toml", replace={r"my\.toml": "my-pruning.toml"}, add=PRUNING, status=DONE),
)


def rule(command: str) -> Rule:
    """Give the first rule for the command, or one that changes nothing."""
    return next((each for each in RULES if re.search(each.pattern, command)), Rule(""))
