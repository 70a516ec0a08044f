"""What the profile of this machine says to run on it, as fe-camera asks for it."""

from __future__ import annotations

from pathlib import Path

from featherface_boards.probe.probing import Asked, probe
from featherface_boards.profile import matching, own
from featherface_runtime.choice import Choice

_ROOT = Path("/")
# What the machine is suffices: to look for interpreters and cameras takes a second or more.
_HARDWARE = Asked(engines=tuple, cameras=lambda _: ())


def advised(root: Path = _ROOT) -> Choice | None:
    """Give what the user's own profile advises, or else that of the board; None without either.

    Raises: BoardProfileError when the user's own profile says what cannot be.
    """
    profile = own() or matching(probe(root, _HARDWARE))
    if profile is None:
        return None
    said = profile.advice
    reason = f"advised for {profile.title}"
    return Choice(said.model, said.engine, said.precision, said.threads, said.size, reason=reason)
