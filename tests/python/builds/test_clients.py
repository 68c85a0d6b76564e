"""Other clients open the published file: SQLAlchemy and an older one for Node."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from dbt_builds import BI_TYPES

pytestmark = pytest.mark.build

NODE_CLIENT = "@duckdb/node-api@1.4.4-r.3"
NODE_SCRIPT = """
const { DuckDBInstance, version } = require('@duckdb/node-api');
(async () => {
  const instance = await DuckDBInstance.create(
    process.argv[2], { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const read = async (sql) =>
    (await connection.runAndReadAll(sql)).getRowObjectsJson();
  const tables = await read(
    'select table_name from duckdb_tables() order by table_name');
  const found = {};
  for (const { table_name } of tables) {
    await read(`from "${table_name}" limit 5`);
    const [row] = await read(`select count(*) as n from "${table_name}"`);
    found[table_name] = Number(row.n);
  }
  const [total] = await read('select sum(revenue) as revenue from segments');
  console.log(JSON.stringify({ version: version(), found, revenue: total.revenue }));
})();
"""


def row_counts(build) -> dict[str, int]:
    names = build.query("select table_name from duckdb_tables() order by table_name")
    return {name: build.value(f'select count(*) from "{name}"') for (name,) in names}


def test_sqlalchemy_reflects_every_table_with_a_type_for_every_column(sample_build):
    sqlalchemy = pytest.importorskip("sqlalchemy")
    pytest.importorskip("duckdb_sqlalchemy")
    declared = {
        (table, column): kind
        for table, column, kind in sample_build.query(
            "select table_name, column_name, data_type from duckdb_columns()"
            " where not internal"
        )
    }
    revenue = sample_build.value("select sum(revenue) from segments")
    # From here on DuckDB refuses the file to another kind of connection in the process.
    engine = sqlalchemy.create_engine(
        f"duckdb:///{sample_build.published / 'segments.duckdb'}",
        connect_args={"read_only": True},
        poolclass=sqlalchemy.pool.NullPool,
    )
    metadata = sqlalchemy.MetaData()
    metadata.reflect(engine)
    reflected = {
        (table.name, column.name): str(column.type)
        .replace("NUMERIC", "DECIMAL")
        .replace(", ", ",")
        for table in metadata.tables.values()
        for column in table.columns
    }
    assert reflected == declared
    assert set(reflected.values()) <= BI_TYPES
    segments = metadata.tables["segments"]
    total = sqlalchemy.select(sqlalchemy.func.sum(segments.c.revenue))
    with engine.connect() as connection:
        assert connection.scalar(total) == revenue
    engine.dispose()


@pytest.fixture(scope="module")
def node_client(tmp_path_factory):
    """A folder with an older Node client of DuckDB; skipped where npm has none."""
    if not (shutil.which("npm") and shutil.which("node")):
        pytest.skip("npm and node are not on this machine")
    folder = tmp_path_factory.mktemp("node")
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--prefix", ".", NODE_CLIENT],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"npm could not install {NODE_CLIENT}: {done.stderr[-200:]}")
    (folder / "read.js").write_text(NODE_SCRIPT)
    return folder


@pytest.mark.slow
def test_an_older_node_client_reads_every_table(sample_build, node_client):
    done = subprocess.run(
        ["node", "read.js", str(sample_build.published / "segments.duckdb")],
        cwd=node_client,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert read["version"].startswith("v1.4")
    assert read["found"] == row_counts(sample_build)
    total = sample_build.value("select sum(revenue) from segments")
    assert read["revenue"] == str(total)
