"""What a time was measured on."""

from __future__ import annotations

from importlib.metadata import version

from featherface_edge.evaluation.processor import processor


def this_board(engine: str, package: str, threads: int) -> dict[str, str]:
    """Processor, interpreter, its version, and threads: times of one say nothing of another.

    package: the distribution that holds the interpreter.
    """
    return {
        "cpu": processor(),
        "engine": engine,
        "version": version(package),
        "threads": str(threads),
    }
