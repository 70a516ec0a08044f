"""Code in the pages: blocks, and the commands of a console."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
CONSOLES = ("sh", "bash", "console")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its page, line, language (empty: none) and text."""

    page: str
    line: int
    language: str
    text: str

    @property
    def name(self) -> str:
        """Say where it stands."""
        return f"{self.page}:{self.line}"


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a console, on one line, without its comment."""

    page: str
    text: str

    @property
    def name(self) -> str:
        """Give it as a test's name."""
        return f"{self.page}: {self.text}"


def blocks(*languages: str) -> list[Block]:
    """Give all blocks in one of the languages."""
    found: list[Block] = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            block = Block(page.relative_to(ROOT).as_posix(), line, match[1], match[2])
            if block.language in languages:
                found.append(block)
    return found


def commands() -> list[Command]:
    """Give every command once; in a block without a language, those that begin with fe-."""
    found: dict[str, Command] = {}
    for block in blocks(*CONSOLES, ""):
        for line in block.text.replace("\\\n", " ").splitlines():
            text = " ".join(re.sub(r"(^|\s)#.*", "", line).split())
            text = re.sub(r"\[[^\]]*\]", "", text) if not block.language else text
            if text and (block.language or text.split()[0].startswith("fe-")):
                text = " ".join(text.split())
                found.setdefault(text, Command(block.page, text))
    return list(found.values())
