"""Publishes what a finished build left, rolls back or erases, and dies on the way.

dbt publishes from whole builds only. Here the model itself runs on the tables of one,
in a second or two, so that a test can stop it wherever it likes: `python
publish_again.py HOME N ACTION` dies (SIGKILL) at the N-th of its file operations.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
from conftest import REPOSITORY

import publications
from segmentation.erasure import erase
from segmentation.home import prepare_home
from segmentation.rollback import roll_back

# What changes a folder, and what opens a file in it. DuckDB's own writes are not seen.
OPERATIONS = {
    "open", "os.mkdir", "os.rename", "os.symlink", "os.remove", "os.rmdir",
    "shutil.rmtree",
}  # fmt: skip
ALIASES = {"rfm_grid_cells": "rfm_grid"}
ERASED = "017"  # of the sample


def publish_again(home: Path) -> None:
    """Publish the tables of `home/build.duckdb` as the release of now."""
    prepare_home(home)
    meta = {"report": {"locale": "en"}, "source": "sample"}
    with duckdb.connect(str(home / "build.duckdb")) as session:
        dbt = SimpleNamespace(
            ref=lambda name: session.table(f"main.{ALIASES.get(name, name)}"),
            config=lambda **_: None,
        )
        dbt.config.meta_get = meta.get
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


def publish_in_a_process(
    home: Path, *, die_at: int = 0, action: str = "publish"
) -> subprocess.CompletedProcess[str]:
    """Run this file; what it writes is a line for each operation."""
    return subprocess.run(
        [sys.executable, __file__, str(home), str(die_at), action],
        env={
            **os.environ,
            "SEGMENTATION_HOME": str(home),
            "PYTHONPATH": str(REPOSITORY / "python_models"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1]).resolve()
    operations = die_at(int(sys.argv[2]), folder)
    ACTIONS[sys.argv[3]](folder)
    print("\n".join(operations))
