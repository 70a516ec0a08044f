"""What fe-camera does: looks at its sources until they end or it is told to stop."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.errors import SourceError
from featherface_runtime.camera.addresses import links
from featherface_runtime.camera.model import for_board, opened, spares
from featherface_runtime.camera.settings import CameraSettings, FeedSettings
from featherface_runtime.live import Feed, Stream, StreamOptions, stopping
from featherface_runtime.live.finisher import Finisher
from featherface_runtime.live.sketch import Sketcher
from featherface_runtime.preview import Preview
from featherface_runtime.privacy import Privacy
from featherface_runtime.sinks import Ties, open_sink
from featherface_runtime.sinks.serving import read_address
from featherface_runtime.sources import cameras, open_source
from featherface_runtime.track import TrackOptions, options_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from featherface_runtime.detector import Detector
    from featherface_runtime.live import TelemetrySnapshot
    from featherface_runtime.sinks import Sink
    from featherface_runtime.sources import Camera

_LOOK = 0.5  # seconds


def watch(settings: CameraSettings) -> int:
    """Run the camera; give the exit status of the stream.

    Raises: SourceError when no source is named and none is found, or one is none; SinkError when a
    sink cannot begin; BoardProfileError when the user's own profile cannot be read; what Detector
    raises.
    """
    settings, why = for_board(completed(settings))
    with ExitStack() as stack:
        detector = stack.enter_context(opened(settings))
        if settings.sketch:
            sketcher = Sketcher(Path(settings.sketch), detector.spec)
            detector.observer = sketcher.see
            stack.callback(sketcher.save)
        stream, page = build(settings, detector)
        with stopping(stream.stop), stream:
            for line in _greeting(settings, detector, page, why):
                sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            _follow(stream)
        sys.stderr.write(f"{_summary(stream.snapshot())}\n")
        return stream.status


def completed(
    settings: CameraSettings, found: Callable[[], Sequence[Camera]] = cameras
) -> CameraSettings:
    """Give the settings with the board's camera, and a token, where they are wanted and missing.

    Raises: SourceError when there is no camera.
    """
    if not settings.sources:
        settings = replace(settings, sources=(_own(found()),))
    return settings.with_token()


def build(settings: CameraSettings, detector: Detector) -> tuple[Stream, Preview | None]:
    """Give the stream, and the page where one is wanted; nothing runs yet.

    Raises: SourceError, SinkError when the URI of a source or sink is none.
    """
    # The stream is made of the sinks that are made with these.
    ties = Ties(lambda: stream.snapshot(), lambda: stream.stop())  # noqa: PLW0108
    page = _page(settings, lambda: stream)
    sinks: list[Sink] = [open_sink(uri, ties) for uri in settings.sinks]
    names = _names(settings.sources)
    feeds = {name: _feed(each, name) for name, each in zip(names, settings.sources, strict=True)}
    places = dict(zip(names, (each.places() for each in settings.sources), strict=True))
    privacy = Privacy(settings.anonymise) if settings.anonymise else None
    score = options_for(detector.thresholds.score)
    stream = Stream(
        detector,
        list(feeds.values()),
        [page, *sinks] if page else sinks,
        StreamOptions(least_score=TrackOptions().low, rate=settings.rate, smaller=spares(settings)),
        finisher=lambda name: Finisher(score, places[name], privacy),
    )
    return stream, page


def _own(found: Sequence[Camera]) -> FeedSettings:
    if not found:
        message = (
            "no camera was found on this board: connect one, name a source such as "
            "rtsp://HOST/PATH, or take test: for a made-up scene"
        )
        raise SourceError(message, lasting=True)
    return FeedSettings(found[0].uri)


def _page(settings: CameraSettings, stream: Callable[[], Stream]) -> Preview | None:
    if not settings.preview:
        return None
    address = read_address(settings.preview)
    return Preview(address, stream, token=settings.token, viewers=settings.viewers)


def _feed(settings: FeedSettings, name: str) -> Feed:
    return Feed(
        name,
        lambda: open_source(settings.uri, name=name),
        region=settings.area(),
        every=settings.every,
        between=settings.every > 1,
    )


def _names(feeds: Sequence[FeedSettings]) -> list[str]:
    """Give each source a name of its own."""
    names: list[str] = []
    for feed in feeds:
        wish = feed.name or open_source(feed.uri).name
        taken = sum(name == wish or name.startswith(f"{wish} ") for name in names)
        names.append(f"{wish} {taken + 1}" if taken else wish)
    return names


def _greeting(
    settings: CameraSettings, detector: Detector, page: Preview | None, why: str
) -> Sequence[str]:
    size = detector.spec.preprocessing
    model = f"model: {detector.spec.network} {size.width}x{size.height}"
    lines = [f"{model} ({why})" if why else model]
    if page is not None:
        lines += [f"preview: {link}" for link in links(page.url, settings.token)]
    return lines


def _follow(stream: Stream) -> None:
    """Wait for the end, and say when a source's state changes."""
    told: dict[str, tuple[str, str]] = {}
    over = False
    while not over:
        over = stream.wait(_LOOK)
        for source in stream.snapshot().sources:
            news = (source.state, source.problem if source.state != "live" else "")
            if told.get(source.name) != news and news != ("reconnecting", ""):
                told[source.name] = news
                words = ": ".join(filter(None, (source.name, *news)))
                sys.stderr.write(f"{words}\n")


def _summary(snapshot: TelemetrySnapshot) -> str:
    parts = [
        f"{each.name}: {each.captured} frames, {each.inferred} looked at"
        for each in snapshot.sources
    ]
    return "; ".join(parts)
