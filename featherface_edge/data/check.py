"""A data set looked through before anything is trained or measured on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.data.census import SetCounts, census, face_sizes, histogram
from featherface_edge.data.faults import Fault, Kind, label_faults
from featherface_edge.errors import ImageError
from featherface_edge.files import sha256_file
from featherface_edge.images import read_image
from featherface_edge.lookalikes import difference_hash, lookalikes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from featherface_edge.data.types import LabelledImage

    Progress = Callable[[int, int], None]

SCALED_SIDE = 640  # pixels, the usual input of a network


@dataclass(frozen=True, slots=True)
class Report:
    """What `check` found.

    files: of every picture, in the order of the set. file_sizes, scaled_sizes: numbers of faces
    whose size (square root of the area) is below each of census.SIZE_EDGES and from the last on, in
    pixels of the file and of the picture scaled to a longer side of 640.
    """

    files: tuple[Path, ...]
    sets: tuple[SetCounts, ...]
    file_sizes: tuple[int, ...]
    scaled_sizes: tuple[int, ...]
    faults: tuple[Fault, ...]

    @property
    def errors(self) -> int:
        """Number of faults that break a training or an evaluation, or make its result wrong."""
        return sum(fault.kind.is_error for fault in self.faults)

    @property
    def warnings(self) -> int:
        """Number of the other faults."""
        return len(self.faults) - self.errors


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is remembered of a picture; size: width, height."""

    sha256: str
    gradient: int
    size: tuple[int, int]


def check(
    images: Sequence[LabelledImage],
    progress: Progress,
    against: Sequence[LabelledImage] = (),
) -> Report:
    """Everything worth knowing of the pictures before they are used; each is read once.

    against: another set whose pictures must not be among `images`, such as the one to evaluate on.
    progress: called with the number of pictures done, of both sets, and their total.
    """
    faults: list[Fault] = []
    seen: dict[int, _Seen] = {}
    total = len(images) + len(against)
    for index, image in enumerate(images):
        picture = _seen(index, image.file)
        if isinstance(picture, Fault):
            faults.append(picture)
        else:
            seen[index] = picture
            faults += _size_faults(index, image, picture.size)
            faults += label_faults(index, image, picture.size)
        progress(index + 1, total)
    faults += _repeats([image.file for image in images], seen)
    others = [image.file for image in against]
    faults += _leaks(seen, others, lambda done: progress(len(images) + done, total))
    return _report(images, seen, faults)


def _seen(index: int, file: Path) -> _Seen | Fault:
    """What the picture is, or why it cannot be read."""
    if not file.is_file():
        return Fault(Kind.MISSING, index, str(file))
    try:
        frame = read_image(file)
    except ImageError as error:
        return Fault(Kind.UNREADABLE, index, str(error))
    return _Seen(sha256_file(file), difference_hash(frame), (frame.shape[1], frame.shape[0]))


def _size_faults(index: int, image: LabelledImage, size: tuple[int, int]) -> Iterator[Fault]:
    if image.size not in {None, size}:
        turned = ", turned by its EXIF orientation" if image.size == size[::-1] else ""
        text = f"{size[0]}x{size[1]}{turned}, labels say {'x'.join(map(str, image.size or ()))}"
        yield Fault(Kind.SIZE, index, text)


def _repeats(files: Sequence[Path], seen: dict[int, _Seen]) -> Iterator[Fault]:
    """Pictures that the set holds more than once."""
    by_file: dict[Path, int] = {}
    by_bytes: dict[str, int] = {}
    fresh: list[int] = []
    for index, file in enumerate(files):
        first = by_file.setdefault(file.resolve(), index)
        if first != index:
            yield Fault(Kind.TWICE, index, f"{file}, as number {first + 1} and {index + 1}")
        elif index in seen:
            first = by_bytes.setdefault(seen[index].sha256, index)
            if first == index:
                fresh.append(index)
            else:
                yield Fault(Kind.COPY, index, str(files[first]))
    for one, two in lookalikes([seen[index].gradient for index in fresh]):
        yield Fault(Kind.ALIKE, fresh[two], str(files[fresh[one]]))


def _leaks(
    seen: dict[int, _Seen], others: Sequence[Path], progress: Callable[[int], None]
) -> Iterator[Fault]:
    """Pictures that the other set holds too; one that cannot be read is no leak."""
    known: list[tuple[Path, _Seen]] = []
    for number, file in enumerate(others, 1):
        picture = _seen(0, file)
        if isinstance(picture, _Seen):
            known.append((file, picture))
        progress(number)
    by_bytes = {picture.sha256: file for file, picture in known}
    for index, picture in seen.items():
        if picture.sha256 in by_bytes:
            yield Fault(Kind.LEAKED, index, str(by_bytes[picture.sha256]))
    fresh = [index for index, picture in seen.items() if picture.sha256 not in by_bytes]
    hashes = [picture.gradient for _, picture in known] + [seen[index].gradient for index in fresh]
    close = {
        hashes[two]: known[one][0] for one, two in lookalikes(hashes) if one < len(known) <= two
    }
    for index in fresh:
        if seen[index].gradient in close:
            yield Fault(Kind.LEAKED_ALIKE, index, str(close[seen[index].gradient]))


def _report(
    images: Sequence[LabelledImage], seen: dict[int, _Seen], faults: Sequence[Fault]
) -> Report:
    sizes = [face_sizes(image) for image in images]
    scaled = [sizes[index] * (SCALED_SIDE / max(picture.size)) for index, picture in seen.items()]
    order = {kind: place for place, kind in enumerate(Kind)}
    return Report(
        files=tuple(image.file for image in images),
        sets=census(images),
        file_sizes=histogram(sizes),
        scaled_sizes=histogram(scaled),
        faults=tuple(sorted(faults, key=lambda fault: (order[fault.kind], fault.image))),
    )
