"""Detectors of other projects: a float ONNX file and a description in, a checkpoint out."""

from featherface_converters.foreign.source import opened

__all__ = ["opened"]
