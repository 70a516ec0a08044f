"""The preview as a place where results go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_runtime.preview.audience import Audience
from featherface_runtime.preview.channel import Channel
from featherface_runtime.preview.requests import Desk, PageHandler
from featherface_runtime.sinks.serving import VIEWERS, Server, require_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_runtime.live.result import Result
    from featherface_runtime.preview.requests import Controls
    from featherface_runtime.sinks.protocol import StreamInfo
    from featherface_runtime.sinks.serving import Address

_REQUESTS = 4  # of one viewer at the same time


class Preview:
    """A sink that serves the page.

    A picture is encoded once, however many look, and not at all when nobody does. controls: gives
    the stream, once it begins. token: what viewers must have; viewers: as many at the same time.

    Raises: SinkError when others than this machine could look without a token.
    """

    name = "preview"
    newest = True

    def __init__(
        self,
        address: Address,
        controls: Callable[[], Controls],
        *,
        token: str = "",
        viewers: int = VIEWERS,
    ) -> None:
        require_token(address, token)
        self._address = address
        self._controls = controls
        self._token = token
        self._viewers = viewers
        self._server: Server | None = None
        self._channels: dict[str, Channel] = {}

    @property
    def url(self) -> str:
        """Where the page is, without the token; empty before it is served."""
        return self._server.url if self._server else ""

    def begin(self, info: StreamInfo) -> None:
        """Start serving.

        Raises: SinkError when the address is taken.
        """
        self._channels = {source.name: Channel() for source in info.sources}
        audience = Audience(self._viewers)
        desk = Desk(self._controls(), self._channels, audience, info.model)
        self._server = Server(
            self._address,
            desk.answer,
            token=self._token,
            viewers=self._viewers * _REQUESTS,
            handler=PageHandler,
        )

    def write(self, result: Result) -> None:
        """Show the frame to those who look."""
        self._channels[result.shot.source].show(result)

    def close(self) -> None:
        """Stop serving."""
        for channel in self._channels.values():
            channel.end()
        if self._server is not None:
            self._server.stop()
            self._server = None
