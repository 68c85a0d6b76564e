"""The folder and the database of a build, prepared before dbt opens them.

dbt-duckdb calls the plugin once a process.
"""

from __future__ import annotations

import atexit
import gc
import logging
from pathlib import Path

from dbt.adapters.duckdb.environments import Environment
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.events.logging import AdapterLogger
from dbt_common.events.base_types import EventLevel
from dbt_common.events.contextvars import get_node_info
from dbt_common.events.functions import fire_event
from dbt_common.events.types import Note
from dbt_common.exceptions import DbtRuntimeError

from segmentation.engines.heartbeat import Heartbeat
from segmentation.engines.macro_functions import MACRO_FUNCTIONS
from segmentation.releases.build_folder import open_home
from segmentation.releases.release_folder import BUILD_DATABASE, home_folder
from segmentation.wording.errors import plain_message

logger = AdapterLogger("segmentation")
heartbeat = Heartbeat(lambda text: fire_event(Note(msg=text), level=EventLevel.INFO))
# A log that cannot be written (a full disk) is no reason for a traceback a line.
logging.raiseExceptions = False


class Plugin(BasePlugin):
    """Holds the build folder, checks the build database and answers macros."""

    def update_connection_config(self, creds, config):
        """Prepare the folder and the file before DuckDB opens it."""
        # What dbt has read of the project stays until the end: looked through for
        # garbage again and again, it costs a build a sixth of its time.
        gc.freeze()
        gc.set_threshold(100_000, 50, 100)
        atexit.register(gc.unfreeze)
        home, path = home_folder(), Path(creds.path)
        # Of another project that this one is inside of, the database is not ours.
        is_ours = path.resolve() == (home / BUILD_DATABASE).resolve()
        try:
            notes = open_home(home, database=path if is_ours else None)
        except OSError as error:
            raise DbtRuntimeError(plain_message(error)) from None
        for note in notes:
            logger.warning(note)
        config["autoinstall_known_extensions"] = False

    def configure_connection(self, conn):
        """Let macros ask Python how a file is written (`macros/reading/`)."""
        # Same data, same rows, whatever the machine's clock zone. Set for the whole
        # database: a cursor can no longer set it once `lock_engine` has run.
        conn.execute("set global TimeZone = 'UTC'")
        heartbeat.allow(conn)
        # Not folded into a constant at planning: a file may change between calls.
        for name, function in MACRO_FUNCTIONS.items():
            conn.create_function(
                name, function, ["VARCHAR"], "VARCHAR", side_effects=True
            )

    def configure_cursor(self, cursor):
        """Let what a model takes long for be told of: a cursor is made for each."""
        if name := get_node_info().get("node_name"):
            heartbeat.watch(cursor, name)


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
