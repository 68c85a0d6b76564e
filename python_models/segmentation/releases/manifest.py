"""The manifest of a release: what it says of itself, and of each of its files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

MANIFEST = "manifest.json"


def file_states(folder: Path) -> dict[str, dict[str, int | str]]:
    """Return bytes and SHA-256 of every file below a folder but its manifest."""
    return {
        str(path.relative_to(folder)): {
            "bytes": path.stat().st_size,
            "sha256": _sha256(path),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
    }


def read_manifest(release: Path) -> dict[str, object]:
    """Return the manifest of a release, empty where there is none."""
    path = release / MANIFEST
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def refuse_catalog(release: Path) -> None:
    """Stop what changes the files of a release and knows no catalog.

    Raises
    ------
    RuntimeError
        If the release has tables in Spark's catalog too.
    """
    if read_manifest(release).get("engine") == "spark":
        raise RuntimeError(
            f"{release} has tables in Spark's catalog, and this command does not reach "
            "those: nothing changed. README.md says what to do by hand."
        )


def check_files(release: Path) -> None:
    """Compare the files of a release with its manifest.

    Raises
    ------
    RuntimeError
        If a file is missing, was added or differs, with its name.
    """
    try:
        written = json.loads((release / MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError) as error:
        raise RuntimeError(f"{release} has no readable {MANIFEST}: {error}") from None
    found = file_states(release)
    wrong = sorted(
        name for name in {*written, *found} if written.get(name) != found.get(name)
    )
    if wrong:
        raise RuntimeError(
            f"{release} is not as its manifest says: {', '.join(wrong)} differ"
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
