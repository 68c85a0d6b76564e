"""Publishes what a finished build left, as its last model does, without dbt.

dbt publishes from whole builds only. Here the model itself runs on the tables of one,
in a second or two, so that a test can stop it wherever it likes:
`python publish_again.py HOME [N]` dies (SIGKILL) at the N-th of its file operations.
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
from segmentation.home import prepare_home

# What changes a folder, and what opens a file in it. DuckDB's own writes are not seen.
OPERATIONS = {
    "open", "os.mkdir", "os.rename", "os.symlink", "os.remove", "os.rmdir",
    "shutil.rmtree",
}  # fmt: skip
ALIASES = {"rfm_grid_cells": "rfm_grid"}


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
    home: Path, *, die_at: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run this file; what it writes is a line for each operation."""
    return subprocess.run(
        [sys.executable, __file__, str(home), str(die_at)],
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
    operations = die_at(int(sys.argv[2]) if len(sys.argv) > 2 else 0, folder)
    publish_again(folder)
    print("\n".join(operations))
