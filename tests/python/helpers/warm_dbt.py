"""dbt in a child of a process that has loaded it: a build of 28 s takes 20.

Each call is a process of its own all the same: nothing of a build is left for the next.
"""

from __future__ import annotations

import atexit
import functools
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from unittest import mock

# What a build loads that is neither dbt's project nor ours.
LOADED = (
    "dbt.cli.main",
    "dbt.adapters.duckdb",
    "babel.numbers",
    "jinja2",
    "pandas",
    "pyarrow",
    "scipy.optimize",
    "scipy.special",
    "scipy.cluster.hierarchy",
    "sklearn.cluster",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.mixture",
    "sklearn.neighbors",
    "sklearn.tree",
    "read_once",
)


def run_warm(
    words: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    seconds: int,
) -> tuple[int, str]:
    """Run `dbt` with these words; return its exit code and what it said.

    Raises
    ------
    subprocess.TimeoutExpired
        After so many seconds; the process is gone then.
    """
    with tempfile.TemporaryDirectory() as place:
        output = Path(place) / "output"
        child = _server().Process(
            target=_dbt, args=(list(words), str(folder), dict(environment), str(output))
        )
        child.start()
        child.join(seconds)
        if child.exitcode is None:
            child.kill()
            child.join()
            raise subprocess.TimeoutExpired(words, seconds, output.read_bytes())
        return child.exitcode, output.read_text(encoding="utf-8")


@functools.cache
def _server() -> ForkServerContext:
    """The process that has loaded dbt, begun where it finds our own modules."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(LOADED))
    searched = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    with mock.patch.dict(os.environ, PYTHONPATH=os.pathsep.join(searched)):
        forkserver.ensure_running()
    return context


def _dbt(
    words: list[str], folder: str, environment: dict[str, str], output: str
) -> None:
    """Be the process that `dbt` is when called from a shell in this folder."""
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    # The parent's path leads to its own tests and packages.
    searched = environment.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:] = [
        *filter(None, searched),
        *(
            path
            for path in sys.path
            if path.startswith(sys.base_prefix) or "site-packages" in path
        ),
    ]
    sys.argv = ["dbt", *words]
    from dbt.cli.main import cli

    try:
        cli()
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
