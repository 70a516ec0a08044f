"""Milliseconds of a float network once it is INT8, in a real interpreter."""

from featherface_converters.stopwatch.watch import ENGINES, Stopwatch, open_stopwatch

__all__ = ["ENGINES", "Stopwatch", "open_stopwatch"]
