"""One Spark session for a build, and statements translated on their way to it."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from dbt.adapters.contracts.connection import ConnectionState
from dbt.adapters.events.logging import AdapterLogger
from dbt.adapters.spark.connections import SparkConnectionManager, SparkCredentials
from dbt.adapters.spark.session import Cursor, SessionConnectionWrapper
from dbt_common.exceptions import DbtRuntimeError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from dbt.adapters.sparksession.dialect import translated
from segmentation.releases.build_folder import open_home
from segmentation.releases.release_folder import home_folder

# What the meaning of the project's SQL rests on.
NEEDED = {
    "spark.sql.ansi.enabled": "false",
    "spark.sql.jsonGenerator.ignoreNullFields": "false",
    "spark.sql.session.timeZone": "UTC",
}
logger = AdapterLogger("SparkSession")
_opening = threading.Lock()
_reading = threading.Lock()
_tables_for_files: set[str] = set()
# Its own log of every query that fails repeats what dbt says.
logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)


@dataclass
class SessionCredentials(SparkCredentials):
    """The settings of a session: no host, only Spark's own settings."""

    host: str = "session"
    method: str = "session"

    @property
    def type(self) -> str:
        return "sparksession"


def open_session(parameters: dict[str, str]) -> SparkSession:
    """Return the one session of this process, begun with these settings."""
    builder = SparkSession.builder.enableHiveSupport()
    for name, value in {**parameters, **NEEDED}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def run(session: SparkSession, schema: str, sql: str) -> DataFrame:
    """Run one statement of the project's SQL.

    Parameters
    ----------
    session
        Where it runs.
    schema
        Where tables for the files it reads belong: they are made anew once a build.
    sql
        The statement, in DuckDB's dialect.

    Raises
    ------
    DbtRuntimeError
        With the first line of what Spark says; its plan is in the log.
    """
    statement, tables = translated(sql, schema)
    try:
        with _reading:
            for name in tables.keys() - _tables_for_files:
                session.sql(f"drop table if exists {name}")
                session.sql(tables[name])
                _tables_for_files.add(name)
        return session.sql(statement)
    except PySparkException as error:
        logger.debug(f"{error}\n{statement}")
        raise DbtRuntimeError(str(error).strip().splitlines()[0]) from None


@cache
def _hold_folder() -> None:
    """Prepare the folder of the build once: dbt opens a connection a thread."""
    for note in open_home(home_folder()):
        logger.warning(note)


class TranslatingCursor(Cursor):
    """Runs each statement in Spark's SQL."""

    def __init__(self, credentials: SessionCredentials) -> None:
        super().__init__(server_side_parameters=credentials.server_side_parameters)
        self._schema = credentials.schema

    def execute(self, sql: str, *parameters) -> None:
        session = open_session(self.server_side_parameters)
        self._df = run(session, self._schema, sql)


@dataclass
class TranslatingConnection:
    """What dbt-spark takes for a connection: it only opens cursors."""

    credentials: SessionCredentials

    def cursor(self) -> Cursor:
        return TranslatingCursor(self.credentials)


class SessionConnectionManager(SparkConnectionManager):
    TYPE = "sparksession"

    @classmethod
    def open(cls, connection):
        if connection.state != ConnectionState.OPEN:
            with _opening:
                _hold_folder()
            connection.handle = SessionConnectionWrapper(
                TranslatingConnection(connection.credentials)
            )
            connection.state = ConnectionState.OPEN
        return connection

    @contextmanager
    def exception_handler(self, sql):
        """Errors as they are: only what dbt does not know yet becomes one of its."""
        try:
            yield
        except DbtRuntimeError:
            raise
        except Exception as error:
            raise DbtRuntimeError(str(error)) from error
