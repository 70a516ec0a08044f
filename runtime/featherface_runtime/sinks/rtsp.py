"""Live pictures over RTSP, for recorders and players that take nothing else.

GStreamer's server does it, through its own Python bindings: on Debian the packages python3-gi,
gir1.2-gst-rtsp-server-1.0 and the plug-ins of an encoder. pip has none of them.
"""

from __future__ import annotations

from importlib import import_module
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

import numpy as np

from featherface_edge.errors import SinkError
from featherface_runtime.sinks.naming import plain_name
from featherface_runtime.sinks.painting import painted
from featherface_runtime.sinks.serving import read_address, require_token
from featherface_runtime.sources.address import Settings

if TYPE_CHECKING:
    from featherface_edge.detection import Frame
    from featherface_runtime.live.result import Result
    from featherface_runtime.sinks.protocol import StreamInfo, Ties
    from featherface_runtime.sinks.serving import Address

_CURE = (
    "apt install python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good "
    "gstreamer1.0-plugins-bad, in a virtual environment made with --system-site-packages"
)
_H264 = "h264parse ! rtph264pay name=pay0 pt=96 config-interval=1"
_ENCODERS = {  # element -> what stands for it; the board's own first, and what always is there last
    "v4l2h264enc": f"v4l2h264enc ! video/x-h264,level=(string)4 ! {_H264}",
    "x264enc": f"x264enc tune=zerolatency speed-preset=ultrafast key-int-max=30 ! {_H264}",
    "openh264enc": f"openh264enc complexity=low gop-size=30 bitrate=2000000 ! {_H264}",
    "jpegenc": "jpegenc ! rtpjpegpay name=pay0 pt=26",
}
_ROLE = "viewer"
_LAUNCH = (
    "( appsrc name=pictures is-live=true do-timestamp=true format=time max-bytes=0 ! "
    "queue leaky=downstream max-size-buffers=2 ! "
    "videoconvert ! video/x-raw,format=I420 ! {encoder} )"
)


class Rtsp:
    """A sink that serves rtsp://HOST:PORT/SOURCE with its faces drawn, H.264 where an encoder is.

    user, password: what viewers must show.

    Raises: SinkError when others than this machine could look without a password.
    """

    name = "rtsp"
    newest = True

    def __init__(self, address: Address, *, user: str = "", password: str = "") -> None:
        require_token(address, user and password, "USER:PASSWORD@")
        self._address = address
        self._login = (user, password)
        self._served: _Served | None = None
        self._mounts: dict[str, _Mount] = {}

    def begin(self, info: StreamInfo) -> None:
        """Start serving.

        Raises: SinkError without GStreamer, or when the address is taken.
        """
        self._served = _Served(_library(), self._address, self._login)
        for source in info.sources:
            self._mounts[source.name] = _Mount(self._served, plain_name(source.name))

    def write(self, result: Result) -> None:
        """Show the frame to those who look."""
        mount = self._mounts.get(result.shot.source)
        if mount is not None and mount.watched:
            mount.push(painted(result))

    def close(self) -> None:
        """End the streams, and stop serving."""
        for mount in self._mounts.values():
            mount.end()
        self._mounts.clear()
        if self._served is not None:
            self._served.stop()
            self._served = None


class _Library(NamedTuple):
    """GStreamer's bindings: modules made at run time, without types."""

    gst: Any
    server: Any
    glib: Any
    protocol: Any


class _Served:
    """A server in a thread of its own.

    login: user and password, both empty where anybody may look.

    Raises: SinkError when the address is taken.
    """

    def __init__(self, library: _Library, address: Address, login: tuple[str, str]) -> None:
        self.library = library
        self.server = server = library.server.RTSPServer()
        server.set_address(address.host)
        server.set_service(str(address.port))
        self.permissions = _locked(library, server, login) if login[0] else None
        self._context = library.glib.MainContext.new()
        self._source = server.attach(self._context)
        if not self._source:
            message = f"{address} cannot be served (it is taken, or not ours): name another address"
            raise SinkError(message)
        self._loop = library.glib.MainLoop.new(self._context, False)  # noqa: FBT003 -- GLib's
        self._thread = Thread(target=self._loop.run, name="rtsp", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Send viewers away, and let go of the address."""
        self.server.client_filter(self._remove)
        self._context.find_source_by_id(self._source).destroy()
        self._loop.quit()
        self._thread.join()

    def _remove(self, *_: object) -> object:
        return self.library.server.RTSPFilterResult.REMOVE


class _Mount:
    """A stream of the server."""

    def __init__(self, served: _Served, name: str) -> None:
        self._gst = served.library.gst
        self._lock = Lock()
        self._input: Any = None
        self._size = (0, 0)
        factory = served.library.server.RTSPMediaFactory()
        factory.set_launch(_LAUNCH.format(encoder=_encoder(self._gst)))
        factory.set_shared(True)
        if served.permissions is not None:
            factory.set_permissions(served.permissions)
        factory.connect("media-configure", self._configure)
        served.server.get_mount_points().add_factory(f"/{name}", factory)

    @property
    def watched(self) -> bool:
        """Whether anybody looks."""
        return self._input is not None

    def push(self, frame: Frame) -> None:
        """Show the frame."""
        size = (frame.shape[1], frame.shape[0])
        with self._lock:
            # Before the stream has its base time, a frame is stamped with the hours since the boot,
            # and whoever looks waits as long for it.
            if self._input is None or not self._input.get_base_time():
                return
            if size != self._size:
                self._size = size
                self._input.set_property("caps", self._gst.Caps.from_string(_caps(size)))
            self._input.emit("push-buffer", self._gst.Buffer.new_wrapped(rows(frame)))

    def end(self) -> None:
        """Tell viewers that no more comes."""
        with self._lock:
            if self._input is not None:
                self._input.emit("end-of-stream")
                self._input = None

    def _configure(self, _factory: Any, media: Any) -> None:  # noqa: ANN401 -- GStreamer's
        with self._lock:
            self._input = media.get_element().get_by_name("pictures")
            self._size = (0, 0)
        media.connect("unprepared", self._leave)

    def _leave(self, _media: Any) -> None:  # noqa: ANN401 -- GStreamer's
        with self._lock:
            self._input = None


def _library() -> _Library:
    """Give the bindings, ready for use."""
    try:
        gi: Any = import_module("gi")
        for name in ("Gst", "GstRtsp", "GstRtspServer"):
            gi.require_version(name, "1.0")
        names = ("Gst", "GstRtspServer", "GLib", "GstRtsp")
        library = _Library(*(import_module(f"gi.repository.{name}") for name in names))
    except (ImportError, ValueError) as error:
        message = f"RTSP needs GStreamer's server, which is not there ({error}): {_CURE}"
        raise SinkError(message) from error
    library.gst.init(None)
    return library


def _encoder(gst: Any) -> str:  # noqa: ANN401 -- GStreamer's
    for element, pipeline in _ENCODERS.items():
        if gst.ElementFactory.find(element) is not None:
            return pipeline
    message = f"GStreamer has none of the encoders {', '.join(_ENCODERS)}: {_CURE}"
    raise SinkError(message)


def _locked(library: _Library, server: Any, login: tuple[str, str]) -> Any:  # noqa: ANN401 -- GStreamer's
    """Ask viewers for the password, never in clear text, and give what they may do then."""
    names = library.server
    token = names.RTSPToken()
    token.set_string(names.RTSP_TOKEN_MEDIA_FACTORY_ROLE, _ROLE)
    auth = names.RTSPAuth()
    auth.set_supported_methods(library.protocol.RTSPAuthMethod.DIGEST)
    auth.add_digest(*login, token)
    server.set_auth(auth)
    permissions = names.RTSPPermissions()
    for right in ("access", "construct"):
        permissions.add_permission_for_role(_ROLE, f"media.factory.{right}", True)  # noqa: FBT003 -- GStreamer's
    return permissions


def _caps(size: tuple[int, int]) -> str:
    return f"video/x-raw,format=RGB,width={size[0]},height={size[1]},framerate=0/1"


def rows(frame: Frame) -> bytes:
    """Give the pixels, each row filled to a multiple of four bytes, as GStreamer has them."""
    missing = -frame.shape[1] * 3 % 4
    rows = frame.reshape(frame.shape[0], -1)
    return np.pad(rows, ((0, 0), (0, missing))).tobytes() if missing else frame.tobytes()


def sink(uri: str, ties: Ties) -> Rtsp:
    """Give the sink of rtsp://USER:PASSWORD@HOST:PORT.

    Raises: SinkError for what cannot be understood.
    """
    del ties
    login, _, place = Settings(uri, ()).place.rpartition("@")
    user, _, password = login.partition(":")
    return Rtsp(read_address(place.rstrip("/")), user=unquote(user), password=unquote(password))
