"""Publishes what a finished build left, rolls back or erases, and dies on the way.

dbt publishes from whole builds only. Here the model itself runs on the tables of one,
in a second, so that a test can stop it wherever it likes: a process that dies (SIGKILL)
at the N-th of its file operations. What these processes import is imported once.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace

import duckdb
import pytest

import publications
from project_settings import PROJECT_SETTINGS
from segmentation.preparing.read_settings import keep_settings
from segmentation.publishing.erasure import erase
from segmentation.releases.build_lock import prepare_home
from segmentation.releases.rollback import roll_back

# What changes a folder, and what opens a file in it. DuckDB's own writes are not seen.
OPERATIONS = {
    "open", "os.mkdir", "os.rename", "os.symlink", "os.remove", "os.rmdir",
    "shutil.rmtree",
}  # fmt: skip
ALIASES = {
    "rfm_grid_cells": "main.rfm_grid",
    "list_formats": "main_seeds.list_formats",
}
ERASED = "017"  # of the sample


def publish_again(home: Path) -> None:
    """Publish the tables of `home/build.duckdb` as the release of now."""
    prepare_home(home)
    keep_settings({**PROJECT_SETTINGS, "transactions": "sample"})
    with duckdb.connect(str(home / "build.duckdb")) as session:
        dbt = SimpleNamespace(
            ref=lambda name: session.table(ALIASES.get(name, f"main.{name}")),
            config=lambda **_: None,
        )
        publications.model(dbt, session)


def roll_back_again(home: Path) -> None:
    """Publish the release before the last."""
    prepare_home(home)
    roll_back(home)


def erase_again(home: Path) -> None:
    """Erase customer ERASED, with a list of digests beside the folder."""
    prepare_home(home)
    erase(customer_id=ERASED, home=home, seed=home / "erased.csv", folders=[])


ACTIONS = {"publish": publish_again, "roll back": roll_back_again, "erase": erase_again}


def die_at(number: int, home: Path) -> list[str]:
    """Kill this process at an operation below `home`; return those seen so far."""
    seen: list[str] = []

    def count(event: str, arguments: tuple) -> None:
        if event in OPERATIONS and any(
            str(one).startswith(str(home)) for one in arguments
        ):
            seen.append(event)
            if len(seen) == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    return seen


def act(home: Path, number: int, action: str, said: Path) -> None:
    """Do it and die on the way; operations and errors are written below `said`."""
    for descriptor, name in ((1, "out"), (2, "err")):
        with (said / name).open("wb") as file:
            os.dup2(file.fileno(), descriptor)
    os.environ["SEGMENTATION_HOME"] = str(home)
    operations = die_at(number, home)
    ACTIONS[action](home)
    print("\n".join(operations))


@cache
def processes() -> BaseContext:
    """What starts forks of a process that has imported this file and done no more."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with pytest.MonkeyPatch.context() as patch:
        # Before Python 3.13 the server does not look where this process does.
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        forkserver.ensure_running()
    return context


def publish_in_a_process(
    home: Path, *, die_at: int = 0, action: str = "publish"
) -> CompletedProcess[str]:
    """Act in a process of its own; what it says is a line for each operation."""
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder)
        process = processes().Process(
            target=act, args=(home.resolve(), die_at, action, said)
        )
        process.start()
        process.join()
        out, err = ((said / name).read_text() for name in ("out", "err"))
        return CompletedProcess(action, process.exitcode, out, err)
