"""What the profile of this machine says to run on it, as fe-camera asks for it."""

from __future__ import annotations

from pathlib import Path

from featherface_boards.probe import glance
from featherface_boards.profile import current
from featherface_edge.errors import MissingDependencyError
from featherface_runtime.choice import Choice

_ROOT = Path("/")


def advised(root: Path = _ROOT) -> Choice | None:
    """Give what the user's own profile advises, or else that of the board; None without either.

    None also on Python 3.10 without the extra bench, which reads profiles.

    Raises: BoardProfileError when the user's own profile says what cannot be.
    """
    try:
        profile = current(glance(root))
    except MissingDependencyError:
        return None
    if profile is None:
        return None
    said = profile.advice
    reason = f"advised for {profile.title}"
    return Choice(said.model, said.engine, said.precision, said.threads, said.size, reason=reason)
