"""Frame buffers of plain memory, in place of those that a Raspberry Pi's parts share."""

from __future__ import annotations

import mmap
import os
from importlib import import_module
from typing import Any

libcamera: Any = import_module("libcamera")  # only the root file system has it
Allocator: Any = import_module("picamera2.allocators.allocator").Allocator


class Sync:
    """Gives the memory of a buffer."""

    def __init__(self, owner: Any, buffer: Any, _: object) -> None:  # noqa: ANN401 - Picamera2's
        self._memory: mmap.mmap = owner.memory[buffer]

    def __enter__(self) -> mmap.mmap:
        return self._memory

    def __exit__(self, *_: object) -> None:
        pass


class MemoryAllocator(Allocator):  # type: ignore[misc]
    """Buffers with a plane each for brightness and colour."""

    def __init__(self) -> None:
        super().__init__()
        self.sync = Sync
        self.memory: dict[Any, mmap.mmap] = {}
        self._buffers: dict[Any, list[Any]] = {}
        self._files: list[int] = []

    def allocate(self, configuration: Any, _: object) -> None:  # noqa: ANN401 - libcamera's
        """Make the buffers of all streams."""
        self.close()
        for stream in configuration:
            count = range(stream.buffer_count)
            self._buffers[stream.stream] = [self._buffer(stream) for _ in count]

    def buffers(self, stream: Any) -> list[Any]:  # noqa: ANN401 - libcamera's
        """Give the buffers of a stream."""
        return self._buffers[stream]

    def close(self) -> None:
        """Let go of the memory."""
        for file in self._files:
            os.close(file)
        self._files, self._buffers, self.memory = [], {}, {}

    def _buffer(self, stream: Any) -> Any:  # noqa: ANN401 - libcamera's
        file = os.memfd_create("frame")
        os.ftruncate(file, stream.frame_size)
        self._files.append(file)
        brightness = stream.stride * stream.size.height
        parts = ((0, brightness), (brightness, stream.frame_size - brightness))
        buffer = libcamera.FrameBuffer([_plane(file, *part) for part in parts])
        self.memory[buffer] = mmap.mmap(file, stream.frame_size)
        return buffer


def _plane(file: int, offset: int, length: int) -> Any:  # noqa: ANN401 - libcamera's
    plane = libcamera.FrameBuffer.Plane()
    plane.fd, plane.offset, plane.length = file, offset, length
    return plane
