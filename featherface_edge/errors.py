"""Errors that a user of the toolkit can meet.

FeatherfaceError
├── UsageError                a command was called with values that do not fit together
├── MissingDependencyError    an optional package is not installed
├── ModelFileError            a model file or its manifest cannot be used
├── CheckpointError           a training checkpoint cannot be used
├── TrainingError             a training run cannot go on
├── PruningError              a network cannot be pruned as wanted
├── ConversionError           a conversion could not be carried out
│   └── ParityError           the converted model does not agree with its float original
├── ImageError                an image or a frame cannot be used
├── DataError                 a data set or its labels cannot be used
├── SourceError               a camera, stream or file cannot be opened or read
├── SinkError                 results cannot be shown, stored or sent
├── BoardProfileError         a board's profile cannot be used
└── BenchError                a measurement could not be carried out

Each message says what was found, what was wanted, and what to do. A mistake in calling code is a
ValueError or a TypeError instead.
"""

_LETTERS = 160  # of what others say


class FeatherfaceError(Exception):
    """The root: everything that the command line shows as one line."""


class UsageError(FeatherfaceError):
    """A command was called with values that do not fit together."""


class MissingDependencyError(FeatherfaceError):
    """An optional package is not installed; the message names the cure.

    extra: of the distribution; empty when the base install brings the package.
    """

    def __init__(self, feature: str, package: str, extra: str) -> None:
        self.feature = feature
        self.package = package
        self.extra = extra
        wanted = f"'featherface-edge[{extra}]'" if extra else "featherface-edge"
        super().__init__(
            f"{feature} needs the package {package!r}, which is not installed: pip install {wanted}"
        )


class ModelFileError(FeatherfaceError):
    """A model file or its manifest cannot be used."""


class CheckpointError(FeatherfaceError):
    """A training checkpoint cannot be used."""


class TrainingError(FeatherfaceError):
    """A training run cannot go on."""


class PruningError(FeatherfaceError):
    """A network cannot be pruned as wanted."""


class ConversionError(FeatherfaceError):
    """A conversion could not be carried out."""


class ParityError(ConversionError):
    """The converted model does not agree with its float original."""


class ImageError(FeatherfaceError):
    """An image or a frame cannot be used."""


class DataError(FeatherfaceError):
    """A data set or its labels cannot be used."""


class SourceError(FeatherfaceError):
    """A camera, stream or file cannot be opened or read.

    lasting: trying again cannot help, because something must be installed or named otherwise.
    """

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        self.lasting = lasting
        super().__init__(message)


class SinkError(FeatherfaceError):
    """Results cannot be shown, stored or sent."""


class BoardProfileError(FeatherfaceError):
    """A board's profile cannot be used."""


class BenchError(FeatherfaceError):
    """A measurement could not be carried out."""


def first_line(error: Exception) -> str:
    """Give the first line of what an error of other packages says; its kind where it says none."""
    return (str(error).splitlines() or [type(error).__name__])[0][:_LETTERS]
