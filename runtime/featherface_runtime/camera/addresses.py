"""Addresses of a page that people can open."""

from __future__ import annotations

import socket
from urllib.parse import quote, urlsplit

_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 -- what is recognised, not what is bound
_OUTSIDE = ("192.0.2.1", 9)  # an address for documentation (RFC 5737): nothing is sent there


def links(url: str, token: str) -> list[str]:
    """Give addresses of the page at a server's URL, with the token where there is one.

    The token stands behind the #, which browsers keep for themselves.
    """
    place = urlsplit(url)
    hosts = _own_names() if place.hostname in _EVERYWHERE else [str(place.hostname)]
    shown = [f"[{host}]" if ":" in host else host for host in hosts]
    end = f"/#token={quote(token, safe='')}" if token else "/"
    return [f"{place.scheme}://{host}:{place.port}{end}" for host in shown]


def _own_names() -> list[str]:
    """Give the address on the local network, or else the machine's name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(_OUTSIDE)
        except OSError:
            return [socket.gethostname()]
        return [str(asking.getsockname()[0])]
