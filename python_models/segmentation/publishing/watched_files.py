"""The files a build reads: which they are, and whether they changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from segmentation.inputs import InputProblem
from segmentation.inputs.files.locate import locate

# What the running build reads, as it was at the start.
_watched: dict[str, dict[str, int]] = {}


def files_of(values: Iterable[object]) -> list[str]:
    """Return the files that values of the vars for inputs name.

    A table or a built-in source has none; what cannot be found is not this function's
    to report (`macros/checks/check_inputs.sql` does).
    """
    found: list[str] = []
    for value in values:
        try:
            found += locate(value, var="transactions")
        except InputProblem:
            continue
    return sorted(set(found))


def state_of(paths: Iterable[str]) -> dict[str, dict[str, int]]:
    """Return size and time of change of each file; null where it is gone."""
    states = {}
    for path in paths:
        try:
            found = Path(path).stat()
        except OSError:
            states[path] = {"bytes": -1, "changed_at_ns": -1}
        else:
            states[path] = {"bytes": found.st_size, "changed_at_ns": found.st_mtime_ns}
    return states


def watch(values: Iterable[object]) -> list[str]:
    """Remember the files as they are now; return their paths."""
    _watched.clear()
    _watched.update(state_of(files_of(values)))
    return list(_watched)


def watched_files() -> dict[str, dict[str, int]]:
    """Return the files of this build as they were at its start.

    Raises
    ------
    RuntimeError
        If one changed since: rows of two versions may be mixed.
    """
    now = state_of(_watched)
    changed = [path for path, state in _watched.items() if now[path] != state]
    if changed:
        raise RuntimeError(
            f"The source changed while it was read: {', '.join(changed)}. Nothing was "
            "published; build again when it is complete."
        )
    return dict(_watched)
