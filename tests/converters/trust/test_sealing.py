"""What fe-convert puts into every file so that others can trust it, with real interpreters."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("ai_edge_quantizer")
pytest.importorskip("onnxscript")

from featherface_converters.trust.golden import measured
from featherface_edge.cli import main
from featherface_edge.errors import ModelFileError
from featherface_edge.spec import from_json, read_seal, to_json
from featherface_runtime import BackendOptions, Detector, open_backend
from featherface_runtime.backends import openvino as openvino_backend
from featherface_runtime.trust import replay
from tests.keys import Keys, make_keys

if TYPE_CHECKING:
    from featherface_edge.spec import ModelSpec

pytestmark = pytest.mark.convert

ROOT = Path(__file__).parents[3]
SMALL = ["--network", "edge", "--size", "64x64"]
FLOATS = ("onnx", "tflite", "openvino")
INTEGERS = tuple(f"{name}-int8" for name in FLOATS)
SUFFIXES = {"onnx": ".onnx", "tflite": ".tflite", "openvino": ".xml"}


def spec_of(path: Path) -> ModelSpec:
    backend = open_backend(path, BackendOptions(threads=1))
    backend.close()
    return from_json(backend.manifest)


def made(out: Path, *targets: str, more: tuple[str, ...] = ()) -> dict[str, Path]:
    """The files of the targets; at this size a proof may fail, which is not at stake here."""
    given = [*SMALL, "--target", ",".join(targets), "-o", str(out), *more]
    assert main(["convert", *given]) in {0, 3}
    found: dict[str, Path] = {}
    for target in targets:
        name, _, integer = target.partition("-")
        number_type = integer or "float32"
        (found[target],) = out.glob(f"*-{number_type}*{SUFFIXES[name]}")
    return found


@pytest.fixture(name="keys", scope="module")
def _keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(name="floats", scope="module")
def _floats(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> dict[str, Path]:
    """Signed float files of a small network."""
    out = tmp_path_factory.mktemp("floats")
    return made(out, "onnx", "openvino", more=("--sign", str(keys.private_pem)))


@pytest.mark.parametrize("target", ["onnx", "openvino"])
def test_every_file_is_sealed_and_checked(target: str, floats: dict[str, Path], keys: Keys) -> None:
    path = floats[target]
    with Detector(path, verify=True) as detector:
        checks = detector.spec.checks
    assert checks is not None
    assert len(checks.pictures) == 2
    assert set(checks.tolerances.values()) == {0.005}
    seal = read_seal(path)
    assert seal is not None
    assert seal.key.hex() == keys.public_hex
    assert main(["board", "check", str(path), "--trust", str(keys.public_ssh)]) == 0


def test_the_checks_are_small(floats: dict[str, Path]) -> None:
    spec = spec_of(floats["onnx"])
    bare = replace(spec, checks=None, seal="")
    assert len(to_json(spec)) - len(to_json(bare)) < 12_000


def test_a_key_that_cannot_sign_is_refused_first(
    tmp_path: Path, keys: Keys, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {
        keys.public_pem: "holds no open private key",
        keys.locked_pem: "holds no open private key",
        keys.private_rsa: "holds another kind of key",
        tmp_path: "holds no open private key",
    }
    for key, said in wrong.items():
        out = tmp_path / "out"
        given = [*SMALL, "--target", "onnx", "-o", str(out), "--sign", str(key)]
        assert main(["convert", *given]) == 2
        assert f"fe convert: {key} {said}" in capsys.readouterr().err
        assert not out.exists()


def test_bfloat16_is_found_in_a_real_network(
    floats: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    openvino = pytest.importorskip("openvino")
    if "BF16" not in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        pytest.skip("this processor has no bfloat16")

    def by_default(_: int | None) -> dict[str, str | int]:
        return {"PERFORMANCE_HINT": "LATENCY"}

    monkeypatch.setattr(openvino_backend, "settings", by_default)
    with pytest.raises(ModelFileError, match=r"of 9 maps are wrong, in openvino .* \(CPU, bf16\)"):
        Detector(floats["openvino"], verify=True)


@pytest.fixture(name="integers", scope="module")
def _integers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """INT8 files of a small network."""
    return made(tmp_path_factory.mktemp("integers"), *INTEGERS)


@pytest.mark.slow
@pytest.mark.parametrize("target", INTEGERS)
def test_a_rounded_file_allows_for_rounding_and_no_more(
    target: str, integers: dict[str, Path]
) -> None:
    with Detector(integers[target], verify=True) as detector:
        checks = detector.spec.checks
    assert checks is not None
    assert all(0.25 <= tolerance <= 1 for tolerance in checks.tolerances.values())
    assert np.median(list(checks.tolerances.values())) < 0.5
    assert measured(integers[target]) == checks  # the same again


@pytest.mark.slow
def test_other_kernels_are_within_rounding(
    integers: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter = pytest.importorskip("ai_edge_litert.interpreter")
    from featherface_runtime.backends import tflite  # noqa: PLC0415

    plain = interpreter.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES

    def without_xnnpack(**given: object) -> object:
        return interpreter.Interpreter(**given, experimental_op_resolver_type=plain)

    monkeypatch.setattr(tflite, "_interpreter_class", lambda: without_xnnpack)
    backend = open_backend(integers["tflite-int8"], BackendOptions(threads=1))
    found = replay(backend, spec_of(integers["tflite-int8"]))
    backend.close()
    assert not found.wrong
    assert not found.exact
    assert "(no XNNPACK)" in found.remark


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() != "x86_64", reason="limits the instructions of x86")
@pytest.mark.parametrize(("instructions", "status"), [("AVX2", 0), ("SSE41", 2)])
def test_an_interpreter_that_computes_something_else_is_found(
    instructions: str, status: int, integers: dict[str, Path]
) -> None:
    """OpenVINO kept to SSE4.1 computes something else of INT8 files, kept to AVX2 it does not."""
    done = command(
        ["board", "check", str(integers["openvino-int8"])], ONEDNN_MAX_CPU_ISA=instructions
    )
    assert done.returncode == status, done.stderr
    assert ("does not compute here what it did" in done.stderr) == bool(status)


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    digests: list[dict[str, str]] = []
    for name in ("once", "again"):
        out = tmp_path / name
        given = [*SMALL, "--target", ",".join((*FLOATS, *INTEGERS)), "-o", str(out)]
        done = command(["convert", *given])
        assert done.returncode in {0, 3}, done.stderr
        kinds = {*SUFFIXES.values(), ".bin"}
        found = sorted(each for each in out.iterdir() if each.suffix in kinds)
        assert len(found) == 8
        digests.append({file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in found})
    assert digests[0] == digests[1]


def command(given: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """What a fresh process says to a command."""
    paths = [str(ROOT), *(str(ROOT / part) for part in ("converters", "runtime", "calibration"))]
    code = "import sys; from featherface_edge.cli import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *given],
        env={
            **os.environ,
            **environment,
            "PYTHONPATH": os.pathsep.join([*paths, str(ROOT / "boards")]),
            "PYTHONHASHSEED": environment.get("PYTHONHASHSEED", "random"),
        },
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
