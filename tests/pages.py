"""Pages as a browser would read them."""

from __future__ import annotations

from html.parser import HTMLParser


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data

    def require_alone(self) -> None:
        """Refuse a page that wants another file, or that holds a script."""
        assert {"script", "iframe", "link", "object"}.isdisjoint(self.tags)
        for name, value in self.attributes:
            if name in {"src", "href", "xlink:href", "srcset", "action", "data"}:
                assert value is not None
                assert value.startswith(("data:image/jpeg;base64,", "#"))
