"""A build database that cannot be read gives way to a new one."""

from __future__ import annotations

import duckdb

from segmentation.releases import build_folder
from segmentation.releases.build_folder import ready_database


def test_corrupt_build_database(tmp_path):
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table t as select range as n, 'customer ' || range as w"
            " from range(200000)"
        )
    good = path.read_bytes()
    # Header, table data, free space: wherever it is hit, it opens or it is replaced.
    for offset in range(5, len(good), len(good) // 40):
        damaged = bytearray(good)
        damaged[offset : offset + 16] = b"\xa5" * 16
        path.write_bytes(damaged)
        note = ready_database(path)
        if note is None:
            with duckdb.connect(str(path)) as connection:
                rows = connection.execute("select count(*), sum(n) from t").fetchall()
                assert rows == [(200000, 19999900000)]
        else:
            assert "is rebuilt" in note and not path.exists()
    path.write_bytes(b"not a database")
    assert "is rebuilt" in ready_database(path)


def test_a_database_is_read_in_less_memory_than_it_takes(tmp_path, monkeypatch):
    monkeypatch.setitem(build_folder.READING, "memory_limit", "40MB")
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select hash(range) from range(12000000)")
    assert path.stat().st_size > 80e6
    held = []
    with monkeypatch.context() as watched:
        read = build_folder._read_everything

        def read_and_ask(connection):
            read(connection)
            (row,) = connection.execute(
                "select sum(memory_usage_bytes) from duckdb_memory()"
            ).fetchall()
            held.extend(row)

        watched.setattr(build_folder, "_read_everything", read_and_ask)
        assert ready_database(path) is None
    assert held[0] < 40e6
