"""Releases: written beside the published one, checked, then swapped in by one rename.

A release is a folder `releases/<id>/` with `segments.duckdb`, `report.html`,
`audiences/` and `manifest.json`. `published` is a symbolic link to the current one.
Readers only ever open published files, and nothing writes to a published file.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from segmentation.releases.manifest import MANIFEST, check_files, file_states

# Files and folders are for their owner only: they hold customers.
PRIVATE_UMASK = 0o077
DATABASE = "segments.duckdb"
BUILD_DATABASE = "build.duckdb"
REPORT = "report.html"
AUDIENCES = "audiences"
# Rows of PostgreSQL that builds were made from.
SOURCES = "sources"
# Added to the name of what could not be read and was moved out of the way.
UNREADABLE = ".unreadable"


def home_folder() -> Path:
    """Return the folder builds write to: `SEGMENTATION_HOME`, else `warehouse`."""
    return Path(os.environ.get("SEGMENTATION_HOME", "warehouse"))


def release_identifier(moment: datetime) -> str:
    """Return a folder name that sorts by time, such as `20171231T235959123456Z`."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")


def publish(
    *,
    home: Path,
    moment: datetime,
    fill: Callable[[Path], dict],
) -> Path:
    """Make a release with `fill`, then point `published` at it in one step.

    Parameters
    ----------
    home
        Folder that holds `releases/` and `published`.
    moment
        Time of publication; it names the release.
    fill
        Writes the release's files into the folder it is given and returns what the
        manifest says of them.

    Returns
    -------
    Path
        The folder of the release, now published.

    Notes
    -----
    Until the last rename a reader sees the old release, after it the new one. A build
    killed before leaves a `.tmp` folder, which the next one sweeps.
    """
    os.umask(PRIVATE_UMASK)
    releases = home / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    sweep(home)
    release = releases / release_identifier(moment)
    draft = release.with_name(release.name + ".tmp")
    draft.mkdir()
    try:
        manifest = fill(draft)
        manifest["files"] = file_states(draft)
        text = json.dumps(manifest, indent=2) + "\n"
        (draft / MANIFEST).write_text(text, encoding="utf-8")
        for path in sorted(draft.rglob("*")):
            _sync(path)
        _sync(draft)
        check_files(draft)
    except BaseException:
        # On a full disk the draft is what fills it.
        shutil.rmtree(draft, ignore_errors=True)
        raise
    before = (home / "published").resolve()
    draft.rename(release)
    _sync(releases)
    point_to(home=home, release=release)
    _drop_all_but(home=home, kept={release.resolve(), before})
    return release


def point_to(*, home: Path, release: Path) -> None:
    """Point `published` at a release, in one rename."""
    link = home / "published"
    fresh = home / "published.tmp"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path("releases") / release.name)
    os.replace(fresh, link)
    _sync(home)


def sweep(home: Path) -> list[Path]:
    """Remove drafts of killed builds and what could not be read; return what it was."""
    leftovers = sorted((home / "releases").glob("*.tmp"))
    leftovers += home.glob(f"published{UNREADABLE}")
    for path in leftovers:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return leftovers


def releases_of(home: Path) -> list[Path]:
    """Return the folders of finished releases, the oldest first."""
    return sorted(
        path.resolve()
        for path in (home / "releases").glob("*")
        if path.is_dir() and path.suffix != ".tmp"
    )


def _drop_all_but(*, home: Path, kept: set[Path]) -> None:
    # The one that was published before stays, for `make rollback`.
    for path in releases_of(home):
        if path not in kept:
            shutil.rmtree(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
