"""What the shell of the board is told.

The archive comes first on standard input; the input then stays open for as long as somebody waits
for the result. Where it closes, because of Ctrl-C here or of a lost connection, the measurement is
ended, and the folder is removed in every case.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from featherface_runtime.zoo import ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

RESULT = "result.json"  # in the folder over there; what is printed counts where it is missing
MARK = b"\nfeatherface-result\n"  # login scripts may print before it
NO_FOLDER, NO_ARCHIVE, NO_PYTHON = 90, 91, 92  # exit statuses
# Where the boards' profiles say that the interpreter is installed, then what people often have.
PYTHONS = ("~/featherface/bin/python", "~/.venv/bin/python", "~/venv/bin/python", "python3")
_OLDEST = (3, 10)
_SAID = "said.txt"  # what it prints
_RUN = "import sys; from featherface_edge.cli import main; sys.exit(main())"

_SCRIPT = """
folder=$(mktemp -d) || exit {no_folder}
trap 'rm -rf "$folder"' EXIT
trap 'exit 143' HUP INT TERM
head -c {size} | tar -xzf - -C "$folder" || exit {no_archive}
python=
for each in {pythons}; do
  if "$each" -c {check} 2>/dev/null; then python=$each; break; fi
done
[ -n "$python" ] || exit {no_python}
cd "$folder" || exit {no_folder}
exec 3<&0
PYTHONPATH=$folder PYTHONDONTWRITEBYTECODE=1 $(command -v setsid) "$python" -c {run} {arguments} \
</dev/null 3<&- >{said} &
job=$!
(cat <&3; kill -- "-$job" || kill "$job") >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait "$job"
status=$?
kill "$watch" 2>/dev/null
if [ "$status" -le 1 ]; then printf '{mark}'; cat {result} 2>/dev/null || cat {said}; fi
exit "$status"
"""


def script(size: int, arguments: Sequence[str], python: str = "") -> str:
    """Give the command for `ssh HOST`, which measures over there and prints the result.

    size: bytes of the archive. arguments: of `fe`. python: the first one to try; empty = none.
    """
    pythons = [*([python] if python else []), *PYTHONS]
    text = _SCRIPT.format(
        no_folder=NO_FOLDER,
        no_archive=NO_ARCHIVE,
        no_python=NO_PYTHON,
        size=size,
        pythons=" ".join(map(_homely, pythons)),
        check=shlex.quote(_check()),
        run=shlex.quote(_RUN),
        arguments=shlex.join(arguments),
        mark=MARK.decode().replace("\n", "\\n"),
        result=RESULT,
        said=_SAID,
    )
    return shlex.join(["sh", "-c", text])


def _homely(path: str) -> str:
    """Quoted, but for the tilde that the shell over there makes the home folder of."""
    return f"~/{shlex.quote(path[2:])}" if path.startswith("~/") else shlex.quote(path)


def _check() -> str:
    """A program that fails where the Python that runs it lacks something."""
    packages = tuple(each.package for each in ORDER)
    return (
        "import sys, numpy, cv2; from importlib.util import find_spec; "
        f"sys.exit(sys.version_info < {_OLDEST} or not any(map(find_spec, {packages})))"
    )
