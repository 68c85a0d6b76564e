"""The project on Spark: its SQL, and every mart against DuckDB's.

Read from the environment: SEGMENTATION_SPARK_DATA, the var `transactions` of the two
builds (default sample); SEGMENTATION_SPARK_CLUSTER, set where a standalone cluster of
one master and two workers on this machine is to run it.

Skipped where PySpark, dbt-spark or Java is missing, as in CI: its run takes 10 of the
12 minutes it may, and this file adds what `benchmarks/README.md` says.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dbt_builds import run_dbt
from snapshots import page_words

pyspark = pytest.importorskip("pyspark", reason="PySpark is not installed")
pytest.importorskip("dbt.adapters.spark", reason="dbt-spark is not installed")
if shutil.which("java") is None:
    pytest.skip("Java is not installed", allow_module_level=True)

from dbt.adapters.sparksession.connections import open_session, run  # noqa: E402
from dbt.adapters.sparksession.dialect import translated  # noqa: E402
from segmentation.engines.spark_tables import SparkTables  # noqa: E402

DATA = os.environ.get("SEGMENTATION_SPARK_DATA", "sample")
# What is said of the build itself: when it was, and hashes of doubles to the last bit.
OF_THE_BUILD = {"model_version", "publication_id", "published_at", "checksum"}
SPARK_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    spark = open_session(
        {
            "spark.master": "local[1]",
            "spark.sql.catalogImplementation": "in-memory",
            "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("spark")),
            "spark.ui.enabled": "false",
            "spark.log.level": "OFF",
        }
    )
    yield spark
    spark.stop()


def rows_of(session, query):
    """The rows of a query in the project's SQL, as DuckDB would give them."""
    with duckdb.connect() as reader:
        return reader.from_arrow(run(session, "default", query).toArrow()).fetchall()


@pytest.mark.parametrize(
    "query, expected",
    [
        ("select 1 / 4, 1 // 4", [(0.25, 0)]),
        ("select round(cast(1.005 as double), 2)", [(1.0,)]),
        ("select [1, 2, 3][2], len([1, 2]), length('abc')", [(2, 2, 3)]),
        ("select list_transform([1, 2], lambda x: x + 1)", [([2, 3],)]),
        ("select unnest([1, 2]) as a, unnest([3, 4]) as b", [(1, 3), (2, 4)]),
        ("select n + 1 as m from range(0, 2) as t (n) order by 1", [(1,), (2,)]),
        (
            "select * from (select 1 as a, 2 as b) as x"
            " natural full join (select 3 as a) as y order by a",
            [(1, 2), (3, None)],
        ),
        (
            "select * replace (vector[2] as a) from (select [3, 4] as vector, 1 as a)",
            [([3, 4], 4)],
        ),
        (
            "select strlen('é'), list_max([1, 3]), list_contains([1], 2)",
            [(2, 3, False)],
        ),
        (
            "select regexp_replace('12.0', '^([0-9]+)\\.0$', '\\1'), "
            "regexp_replace('a-b-c', '[^a-z]', '', 'g')",
            [("12", "abc")],
        ),
        ("select regexp_full_match('ab', 'a'), chr(8203)", [(False, "\u200b")]),
        ("with t as (select 1 as a) select a from t where (true)", [(1,)]),
        (
            "select * from (select unnest([1, 2]) as a) as t "
            "qualify row_number() over (order by a desc) = 1",
            [(2,)],
        ),
    ],
)
def test_a_query_gives_the_rows_that_duckdb_gives(session, query, expected):
    assert duckdb.sql(query).fetchall() == expected
    assert rows_of(session, query) == expected


def test_a_relation_reads_like_one_of_duckdb(session):
    tables = SparkTables(session, "default", partial(run, session, "default"))
    rows = tables.from_df(pd.DataFrame({"key": ["b", "a", "c"], "x": [2, 1, 3]}))
    few = rows.filter("x > 1").order("md5(key), key").limit(1)
    assert few.columns == ["key", "x"]
    assert len(few.df()) == 1
    assert rows.max("x").fetchall() == [(3,)]
    assert rows.join(rows.project("key, x + 1 as y"), "key").columns == [
        "key",
        "x",
        "y",
    ]


def test_statements_of_dbt_spark_stay_as_they_are():
    for statement in ("describe extended a.b", "create schema if not exists a"):
        assert translated(statement) == (statement, {})


LINES = [
    'id;note;"amount, net"',
    '007;"a;b";1,50',
    '"8";"two\nlines";-2',
    "9;;",
    "10;x;3;more",
]
CSV_OPTIONS = (
    "auto_detect = false, columns = {'id': 'VARCHAR', 'note': 'VARCHAR', "
    "'amount, net': 'VARCHAR', '__surplus': 'VARCHAR'}, delim = ';', quote = '\"', "
    "escape = '\"', encoding = 'utf-8', header = true, skip = 0, strict_mode = false, "
    "null_padding = true, parallel = false"
)


@pytest.mark.parametrize("names", [["a [[]1].csv"], ["b.csv", "c d.csv"], ["*.csv"]])
def test_text_files_are_read_as_duckdb_reads_them(session, tmp_path, names):
    for name, count in (("a [1].csv", 5), ("b.csv", 2), ("c d.csv", 3)):
        (tmp_path / name).write_text("\n".join(LINES[:count]), encoding="utf-8")
    paths = [f"{tmp_path}/{name}" for name in names]
    query = f"select * from read_csv({paths}, {CSV_OPTIONS}) order by 1, 2"
    found = duckdb.sql(query).fetchall()
    assert len(found) >= 3
    assert rows_of(session, query) == found


def test_typed_files_keep_their_types(session, tmp_path):
    path = tmp_path / "lines.parquet"
    duckdb.sql(
        "select 7 as id, timestamp '2024-01-31 10:00:00' as ordered_at, "
        "cast(1.5 as decimal(9, 2)) as amount"
    ).write_parquet(str(path))
    query = f"select * from read_parquet(['{path}'], union_by_name = true) as lines"
    assert rows_of(session, query) == duckdb.sql(query).fetchall()


def test_json_lines_are_read_as_text(session, tmp_path):
    path = tmp_path / "lines.json"
    path.write_text('{"id": "007", "amount": 1.25}\n{"id": 8}\n', encoding="utf-8")
    query = (
        f"select id, amount from read_json(['{path}'], format = 'newline_delimited', "
        "columns = {'id': 'VARCHAR', 'amount': 'VARCHAR'}, ignore_errors = true)"
    )
    assert rows_of(session, query) == duckdb.sql(query).fetchall()


@pytest.fixture(scope="module")
def master(tmp_path_factory):
    """Where Spark runs: in the build, or a cluster of this machine."""
    if "SEGMENTATION_SPARK_CLUSTER" not in os.environ:
        yield "local[2]"
        return
    folder = tmp_path_factory.mktemp("cluster")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"spark://127.0.0.1:{port}"
    own = ["--host", "127.0.0.1", "--webui-port", "0"]
    roles = [["master.Master", *own, "--port", port]] + [
        ["worker.Worker", *own, "--cores", "1", "--memory", "1g",
         "--work-dir", str(folder / str(number)), address]
        for number in (1, 2)
    ]  # fmt: skip
    daemons = []
    for role, *options in roles:
        daemons.append(
            subprocess.Popen(
                [str(SPARK_CLASS), f"org.apache.spark.deploy.{role}", *options],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        time.sleep(5)
    yield address
    for daemon in reversed(daemons):
        daemon.terminate()
        daemon.wait(timeout=30)


@pytest.fixture(scope="module")
def spark_build(master, tmp_path_factory):
    home = tmp_path_factory.mktemp("spark_home")
    build = run_dbt(
        home=home,
        variables={"transactions": DATA},
        options=("--target", "spark"),
        environment={"SPARK_MASTER": master, "SPARK_SHUFFLE_PARTITIONS": "2"},
        seconds=7200,
    )
    assert build.exit_code == 0, build.output
    return build


@pytest.fixture(scope="module")
def duckdb_build(request, tmp_path_factory):
    if DATA == "sample":
        return request.getfixturevalue("sample_build")
    build = run_dbt(
        home=tmp_path_factory.mktemp("duckdb_home"),
        variables={"transactions": DATA},
        seconds=7200,
    )
    assert build.exit_code == 0, build.output
    return build


def comparable(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of what is no double; lists of numbers as rounded text."""
    frame = frame.drop(columns=OF_THE_BUILD & {*frame.columns}).copy()
    for name in frame.select_dtypes(["object", "str"]):
        frame[name] = frame[name].map(rounded_text)
    exact = [name for name in frame if frame[name].dtype.kind != "f"]
    order = sorted(range(len(frame)), key=lambda row: str([*frame[exact].iloc[row]]))
    return frame.iloc[order].reset_index(drop=True)


def rounded_text(value: object) -> object:
    if not isinstance(value, str) or not value.startswith(("[", "{")):
        return value
    return str(json.loads(value, parse_float=lambda text: round(float(text), 6)))


@pytest.mark.build
@pytest.mark.slow
def test_every_mart_is_that_of_duckdb(spark_build, duckdb_build):
    tables = duckdb_build.query("select table_name from duckdb_tables() order by all")
    for (table,) in tables:
        query = f"select * from {table}"
        if table == "segment_history":
            # It stays in Spark: rows are customers times months.
            (folder,) = spark_build.home.glob(f"spark/*_release_*/{table}")
            query = f"select * from read_parquet('{folder}/*.parquet')"
        pd.testing.assert_frame_equal(
            comparable(frame_of(spark_build, query)),
            comparable(frame_of(duckdb_build, f"select * from {table}")),
            check_dtype=False,
            rtol=1e-6,
            obj=table,
        )


def frame_of(build, query):
    """Rows as pandas; money as text, so that every cent counts."""
    path = build.published / "segments.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.sql(query)
        money = [
            f"cast({name} as varchar) as {name}"
            for name, kind in zip(rows.columns, rows.types, strict=True)
            if str(kind).startswith("DECIMAL")
        ]
        return rows.select(f"* replace ({', '.join(money)})" if money else "*").df()


@pytest.mark.build
@pytest.mark.slow
def test_report_and_lists_are_those_of_duckdb(spark_build, duckdb_build):
    found, wanted = map(documents, (spark_build.published, duckdb_build.published))
    assert len(wanted) > 1
    assert found == wanted


def documents(release: Path) -> dict[str, str]:
    """The lists of a release, and the words of its report but for the model's version.

    That is a hash of doubles to the last bit.
    """
    lists = {path.name: path.read_text() for path in release.glob("audiences/*.csv")}
    page = page_words((release / "report.html").read_text(encoding="utf-8"))
    words = [line for line in page.splitlines() if not line.startswith("Model ")]
    return {**lists, "report.html": "\n".join(words)}
