"""A window on the board's own screen.

Tk draws it, not OpenCV: the OpenCV that pip installs has no windows, and Tk comes with Python (on
Debian as python3-tk).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from featherface_edge.errors import SinkError
from featherface_runtime.sinks.painting import painted
from featherface_runtime.sources.address import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from featherface_edge.detection import Frame
    from featherface_runtime.live.result import Result
    from featherface_runtime.sinks.protocol import StreamInfo, Ties


def _nothing() -> None:
    return


class Window:
    """A sink that shows each source in a window of its own, with its faces.

    closed: called once, when the user has closed a window; all of them go then, and nothing is
    shown any more.
    """

    name = "window"
    newest = True

    def __init__(self, closed: Callable[[], None] = _nothing) -> None:
        self._closed = closed
        self._tk: ModuleType | None = None
        self._root: Any = None
        self._labels: dict[str, Any] = {}
        self._images: dict[str, Any] = {}

    def begin(self, info: StreamInfo) -> None:
        """Open a window for each source.

        Raises: SinkError when there is no screen, or no Tk.
        """
        self._tk = tk = _toolkit()
        try:
            self._root = tk.Tk()
        except tk.TclError as error:
            message = f"no window can be opened ({error}): leave it out, or run where a screen is"
            raise SinkError(message) from error
        self._root.withdraw()
        for source in info.sources:
            self._labels[source.name] = self._opened(tk, source.name, info.model)
        self._root.update()

    def write(self, result: Result) -> None:
        """Show the frame, and see to what the user does with the window."""
        label = self._labels.get(result.shot.source)
        if self._tk is None or label is None:
            return
        image = self._tk.PhotoImage(master=self._root, data=_ppm(painted(result)), format="PPM")
        label.configure(image=image)
        self._images[result.shot.source] = image  # Tk itself keeps no reference
        self._root.update()

    def close(self) -> None:
        """Close the windows, in the thread that opened them, as Tk wants."""
        self._labels.clear()
        self._images.clear()
        if self._root is not None:
            self._root.destroy()
            self._root = None

    def _opened(self, tk: ModuleType, source: str, model: str) -> Any:  # noqa: ANN401 -- tkinter.Label
        window = tk.Toplevel(self._root)
        window.title(f"{source} - {model}" if model else source)
        window.protocol("WM_DELETE_WINDOW", self._leave)
        label = tk.Label(window, background="black", borderwidth=0)
        label.pack()
        return label

    def _leave(self) -> None:
        if self._labels:
            self._labels.clear()
            self._root.after_idle(self.close)
            self._closed()


def _toolkit() -> ModuleType:
    try:
        import tkinter as tk  # noqa: PLC0415 -- Debian has it in a package of its own
    except ModuleNotFoundError as error:
        message = "a window needs Tk, which this Python has not: apt install python3-tk"
        raise SinkError(message) from error
    return tk


def _ppm(frame: Frame) -> bytes:
    height, width = frame.shape[:2]
    return b"P6 %d %d 255\n" % (width, height) + frame.tobytes()


def sink(uri: str, ties: Ties) -> Window:
    """Give the sink of window:.

    Raises: SinkError for what cannot be understood.
    """
    Settings(uri, ())
    return Window(ties.stop)
