"""A real browser that is told what to do, by its own protocol over pipes: no package is needed."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.browser import CHROMIUM, SECONDS

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_END = b"\0"


class RefusedError(Exception):
    """The browser does not do what it was told."""


class Browser:
    """The browser's protocol. sending, receiving: the pipes."""

    def __init__(self, sending: int, receiving: int) -> None:
        self._sending = sending
        self._receiving = receiving
        self._number = 0
        self._buffer = b""

    def call(self, method: str, session: str = "", **given: object) -> dict[str, Any]:
        """Call a method of the protocol; give its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": given}
        if session:
            message["sessionId"] = session
        os.write(self._sending, json.dumps(message).encode() + _END)
        while (answer := self._next()).get("id") != self._number:
            pass
        if "error" in answer:
            raise RefusedError(str(answer["error"]))
        result: dict[str, Any] = answer["result"]
        return result

    def tab(self, url: str, width: int = 1000, height: int = 900) -> Tab:
        """Open a page."""
        target = self.call("Target.createTarget", url="about:blank")
        attached = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        tab = Tab(self, attached["sessionId"])
        tab.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < height,
        )
        tab.call("Page.navigate", url=url)
        tab.until("location.href != 'about:blank' && document.readyState == 'complete'")
        return tab

    def _next(self) -> dict[str, Any]:
        while _END not in self._buffer:
            ready, _, _ = select.select([self._receiving], [], [], SECONDS)
            assert ready, "the browser says nothing"
            part = os.read(self._receiving, 1 << 16)
            assert part, "the browser has ended"
            self._buffer += part
        message, _, self._buffer = self._buffer.partition(_END)
        found: dict[str, Any] = json.loads(message)
        return found


class Tab:
    """A page in the browser."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session

    def call(self, method: str, **given: object) -> dict[str, Any]:
        """Call a method of the protocol, of this page; give its result."""
        return self._browser.call(method, self._session, **given)

    def value(self, script: str) -> Any:  # noqa: ANN401 -- what the script gives
        """Give what an expression of JavaScript gives."""
        found = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until an expression of JavaScript holds."""
        end = time.monotonic() + SECONDS
        while not self._holds(script):
            assert time.monotonic() < end, f"{script}: {self.value('document.body.innerText')}"
            time.sleep(0.05)

    def _holds(self, script: str) -> bool:
        try:
            return bool(self.value(f"!!({script})"))
        except RefusedError:  # between two pages there is nothing to ask
            return False

    def text(self, name: str) -> str:
        """Give the text of the element of that id."""
        return str(self.value(f"document.getElementById({name!r}).textContent"))

    def screenshot(self) -> bytes:
        """Give a picture of the page, a PNG file."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])


@contextmanager
def browsing(folder: Path) -> Generator[Browser, None, None]:
    """Start the browser, and end it behind the block. folder: where it keeps its files."""
    assert CHROMIUM is not None
    told, tell = os.pipe()
    heard, hear = os.pipe()
    flags = "--headless --no-sandbox --disable-gpu --hide-scrollbars --disable-dev-shm-usage"
    command = f'exec "$0" "$@" --remote-debugging-pipe 3<&{told} 4>&{hear}'
    with subprocess.Popen(
        ["/bin/bash", "-c", command, CHROMIUM, *flags.split(), f"--user-data-dir={folder}"],
        pass_fds=(told, hear),
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(told)
        os.close(hear)
        try:
            yield Browser(tell, heard)
        finally:
            os.close(tell)  # which ends it
            os.close(heard)
            process.terminate()
            try:
                process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
