"""Spark's tables behind the few methods of a DuckDB relation that models use.

A Python model reads `dbt.ref(...)` in one way on both engines. Here a relation is a
query; it runs in Spark when its rows are asked for, and only those leave Spark.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

import duckdb
import pandas as pd
import pyarrow as pa

from segmentation.publishing.publication import publish_build
from segmentation.releases.release_folder import release_identifier

# Rows of this table are customers times months: they stay in Spark, but for the newest
# dates, which the next build compares with.
HISTORY = "segment_history"
NEWEST_DATES = 3
# Not published as tables: what publishing itself reads.
NOT_TABLES = ("publication_facts", "export_exclusions", "contacts", "list_formats")

_numbers = itertools.count()


class SparkRelation:
    """A query in the project's SQL, with the methods of a DuckDB relation.

    Parameters
    ----------
    run
        Runs a query, in the project's SQL, and returns a Spark DataFrame.
    query
        The query.
    """

    def __init__(self, run: Callable, query: str):
        self._run = run
        self._query = query

    def _over(self, query: str, *others: str) -> SparkRelation:
        return SparkRelation(self._run, query.format(self._query, *others))

    @property
    def columns(self) -> list[str]:
        return self._run(self._query).columns

    def filter(self, condition: str) -> SparkRelation:
        return self._over(f"select * from ({{}}) as rows where {condition}")

    def project(self, columns: str) -> SparkRelation:
        return self._over(f"select {columns} from ({{}}) as rows")

    def order(self, columns: str) -> SparkRelation:
        return self._over(f"select * from ({{}}) as rows order by {columns}")

    def limit(self, count: int) -> SparkRelation:
        # Beside the order, not around it: a query within has no order in SQL.
        return self._over(f"{{}} limit {count}")

    def max(self, column: str) -> SparkRelation:
        return self.project(f"max({column}) as newest")

    def aggregate(self, columns: str, groups: str) -> SparkRelation:
        return self._over(f"select {columns} from ({{}}) as rows group by {groups}")

    def join(self, other: SparkRelation, key: str, how: str = "inner"):
        """Return rows of both that share `key`, which is there once."""
        return self._over(
            f"select * from ({{}}) as one {how} join ({{}}) as other using ({key})",
            other._query,
        )

    def keep_as(self, name: str) -> None:
        """Write the rows to a new table of the catalog."""
        self._run(self._query).write.saveAsTable(name)

    def arrow(self) -> pa.Table:
        """Return the rows as an Arrow table."""
        return self._run(self._query).toArrow()

    def df(self) -> pd.DataFrame:
        """Return the rows as pandas, with the types DuckDB gives."""
        with duckdb.connect() as reader:
            return reader.from_arrow(self.arrow()).df()

    def fetchall(self) -> list[tuple]:
        with duckdb.connect() as reader:
            return reader.from_arrow(self.arrow()).fetchall()


class SparkTables:
    """A Spark session with the methods of a DuckDB connection that models use.

    Parameters
    ----------
    spark
        The session.
    schema
        Where the build's tables are.
    run
        Runs a query, in the project's SQL, and returns a Spark DataFrame.
    """

    def __init__(self, spark, schema: str, run: Callable):
        self.spark = spark
        self.schema = schema
        self.run = run

    def table(self, name: str) -> SparkRelation:
        return SparkRelation(self.run, f"select * from {name}")

    def from_df(self, frame: pd.DataFrame) -> SparkRelation:
        """Return a pandas frame as a relation."""
        name = f"frame_{next(_numbers)}"
        rows = pa.Table.from_pandas(frame, preserve_index=False)
        self.spark.createDataFrame(rows).createOrReplaceTempView(name)
        return self.table(name)


def publish_on_spark(
    *, session: SparkTables, relations: Mapping[str, SparkRelation], **described
) -> pa.Table:
    """Publish a build's marts as tables of the catalog, and as a release.

    Tables are written to a schema of their own, `<schema>_release_<id>`; then database,
    report and lists are published as on DuckDB, with the newest dates of the history;
    last, the views in `<schema>_published` turn to the new tables, one after the other:
    Spark has no step that turns several. The schema of the release before stays, so
    that who reads goes on reading.

    Returns
    -------
    Table
        All publications so far: the rows of table `publications`.
    """
    spark = session.spark
    releases = f"{session.schema}_release_"
    release = releases + release_identifier(datetime.now(UTC)).lower()
    published = f"{session.schema}_published"
    earlier = sorted(
        one.name
        for one in spark.catalog.listDatabases()
        if one.name.startswith(releases)
    )
    spark.sql(f"create schema {release}")
    tables = [name for name in relations if name not in NOT_TABLES]
    for name in tables:
        relations[name].keep_as(f"{release}.{name}")
    dates = relations[HISTORY].aggregate("as_of_date", "as_of_date").fetchall()
    newest = sorted(day for (day,) in dates)[-NEWEST_DATES:]
    from_date = newest[0] if newest else date.max
    kept = {HISTORY: relations[HISTORY].filter(f"as_of_date >= date '{from_date}'")}
    with duckdb.connect() as local:
        for name, relation in {**relations, **kept}.items():
            local.from_arrow(relation.arrow()).create(name)
        publications = publish_build(
            session=local,
            relations={name: local.table(name) for name in relations},
            engine="spark",
            **described,
        )
    spark.createDataFrame(publications).write.saveAsTable(f"{release}.publications")
    spark.sql(f"create schema if not exists {published}")
    for name in [*tables, "publications"]:
        spark.sql(
            f"create or replace view {published}.{name} as "
            f"select * from {release}.{name}"
        )
    for name in earlier[:-1]:
        spark.sql(f"drop schema {name} cascade")
    return publications
