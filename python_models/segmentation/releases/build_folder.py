"""The folder builds write to, held and whole: no build is stuck on a bad file.

Everything here happens before dbt opens `build.duckdb`. That file is derived: what
it holds comes from the source and from the last release, so a copy that cannot be
read is moved out of the way rather than repaired. So is a release: the one before it
takes its place.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
from pathlib import Path

import duckdb

from segmentation.releases.build_lock import EXIT_IN_USE, HomeInUseError, prepare_home
from segmentation.releases.manifest import read_manifest
from segmentation.releases.release_folder import (
    DATABASE,
    UNREADABLE,
    point_to,
    releases_of,
    sweep,
)

# For rows of which nothing is kept: some blocks a thread.
READING = {"memory_limit": "1GB", "threads": 4}


def open_home(home: Path, *, database: Path | None = None) -> list[str]:
    """Hold the folder for a build, its database and its release whole; else exit.

    Parameters
    ----------
    home
        The folder.
    database
        The build database in it, where there is one.

    Returns
    -------
    list of str
        Lines for the user: what had to be moved out of the way.
    """
    try:
        prepare_home(home)
        sweep(home)
        notes = [ready_release(home), database and ready_database(database)]
    except HomeInUseError as problem:
        # dbt knows exit codes 0, 1 and 2 only; 75 tells a scheduler to try again.
        print(problem, file=sys.stderr, flush=True)
        sys.stdout.flush()
        # What dbt shares between processes is given back, or Python warns of it.
        atexit._run_exitfuncs()
        os._exit(EXIT_IN_USE)
    return [note for note in notes if note]


def ready_database(path: Path) -> str | None:
    """Make sure that the build database can be opened and read to its last block.

    Returns
    -------
    str or None
        One line for the user where the file had to be moved or copied.

    Raises
    ------
    HomeInUseError
        If another program has it open for writing.
    """
    if not path.exists():
        return None
    try:
        with duckdb.connect(str(path)) as connection:
            _read_everything(connection)
    except duckdb.Error as error:
        if "lock on file" in str(error):
            return _leave_to_readers(path)
        return _move_aside(path, error)
    return None


def _read_everything(connection: duckdb.DuckDBPyConnection) -> None:
    # A damaged block shows only when it is read: DuckDB checks each block's checksum,
    # and would keep what it read: 20 GB of a hundred million lines.
    for name, value in READING.items():
        connection.execute(f"set {name} = '{value}'")
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables()"
        " where database_name = current_database()"
    ).fetchall()
    for schema, table in tables:
        connection.execute(
            f'select bit_xor(hash(rows)) from "{schema}"."{table}" as rows'
        ).fetchall()


def _leave_to_readers(path: Path) -> str:
    """Go on with a copy; whoever reads the file keeps the one they opened."""
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.Error as error:
        raise HomeInUseError(
            f"{path} is open for writing in another program; this build stopped and "
            f"changed nothing. Close that program. (DuckDB: {first_line(error)})"
        ) from None
    copy = path.with_name(path.name + ".copy")
    shutil.copyfile(path, copy)
    os.replace(copy, path)
    return f"{path} is being read by another program: this build goes on with a copy."


def _move_aside(path: Path, error: duckdb.Error) -> str:
    aside = path.with_name(path.name + UNREADABLE)
    os.replace(path, aside)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
    return (
        f"{path} cannot be read ({first_line(error)}): it was moved to {aside.name} "
        "and is rebuilt from the source and the last release."
    )


def ready_release(home: Path) -> str | None:
    """Make sure that `published` is a release that can be read, or is not there.

    Where it is not, readers get the newest other release that can be read back, and
    the build goes on from that.

    Returns
    -------
    str or None
        One line for the user where that had to be done.
    """
    link = home / "published"
    if not link.is_symlink() and not link.exists():
        return None
    is_link = link.is_symlink()
    problem = _release_problem(link) if is_link else "it is no link to a release"
    if problem is None:
        return None
    others = [path for path in releases_of(home) if path != link.resolve()]
    whole = [path for path in others if _release_problem(path) is None]
    if not is_link:
        aside = link.with_name(link.name + UNREADABLE)
        shutil.rmtree(aside, ignore_errors=True)
        os.replace(link, aside)
    if whole:
        point_to(home=home, release=whole[-1])
        return f"{link} cannot be read ({problem}): {whole[-1]} is published again."
    link.unlink(missing_ok=True)
    return f"{link} cannot be read ({problem}): this build starts without a release."


def _release_problem(release: Path) -> str | None:
    """Return why a release cannot be read; None where it can."""
    try:
        path = release / DATABASE
        if not path.exists():
            return f"there is no {path.resolve()}"
        with duckdb.connect(str(path), read_only=True) as connection:
            _read_everything(connection)
        read_manifest(release)
    except (duckdb.Error, OSError, ValueError) as error:
        return first_line(error)
    return None


def sweep_database(path: Path) -> None:
    """Remove what killed or damaged builds left beside the build database."""
    for ending in (UNREADABLE, ".copy"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or its type where it has none."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
