"""Whole builds by dbt's command line: what is published, and when it is not."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from dbt_builds import BI_TYPES, REPOSITORY, Build, example, run_dbt, shared_file

pytestmark = pytest.mark.build

SAMPLE_FILE = REPOSITORY / "seeds" / "sample_transactions.csv"
OLD_CLIENT = REPOSITORY / ".venv" / "duckdb-1.4"
KEYS = {
    "customer_segments": "customer_id",
    "segments": "segment_id",
    "segment_profiles": "segment_id, feature",
    "segment_monthly": "month, segment_id",
    "revenue_bridge": "month, reason",
    "cohort_retention": "cohort_month, months_since",
    "cohort_revenue": "cohort_month, months_since",
    "second_orders": "cohort_month, days_since_first",
    "rfm_migration": "month, from_group, to_group",
    "revenue_concentration": "top_share",
    "first_product_effect": "first_category",
    "rfm_grid": "r_score, f_score",
    "rfm_cut_points": "as_of_date, measure, score",
    "segment_candidates": "algorithm, segment_count",
    "data_quality": "check_name",
    "publications": "publication_id",
}


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_published_tables_have_keys_and_types_that_bi_tools_know(sample_build):
    types = sample_build.query(
        "select table_name, column_name, data_type from duckdb_columns()"
        " where not internal"
    )
    assert {kind for _, _, kind in types} <= BI_TYPES
    kinds = {(name, kind) for _, name, kind in types}
    assert {kind for name, kind in kinds if name == "as_of_date"} == {"DATE"}
    assert {kind for name, kind in kinds if name == "revenue"} == {"DECIMAL(18,2)"}
    for table, key in KEYS.items():
        rows, keys = sample_build.query(
            f"select count(*), count(distinct ({key})) from {table}"
        )[0]
        assert rows == keys > 0, table
    doubles = [(table, name) for table, name, kind in types if kind == "DOUBLE"]
    for table, name in doubles:
        assert not sample_build.value(
            f'select count(*) from {table} where isnan("{name}")'
        ), f"{table}.{name}"


def test_every_table_is_a_parquet_file_with_the_same_rows(sample_build):
    tables = {name for (name,) in sample_build.query("show tables")}
    folder = sample_build.published / "parquet"
    assert {path.stem for path in folder.iterdir()} == tables
    for table in tables:
        there = f"(select * from '{folder / table}.parquet')"
        assert not sample_build.query(
            f"(from {table} except all from {there})"
            f" union all (from {there} except all from {table})"
        ), table
    assert sample_build.value(
        f"select typeof(revenue) from '{folder}/segments.parquet' limit 1"
    ) == ("DECIMAL(18,2)")


def test_every_customer_and_every_cent_is_in_one_segment(sample_build):
    customers, revenue = sample_build.query(
        "select sum(customer_count), sum(revenue) from segments"
    )[0]
    assert customers == sample_build.value("select count(*) from customer_segments")
    assert revenue == sample_build.value(
        "select sum(lifetime_revenue) from customer_segments"
    )
    names = sample_build.query("select segment_name from segments")
    assert len(names) == len(set(names))


def test_accepted_and_rejected_rows_are_the_source(sample_build):
    source, accepted, rejected = sample_build.query(
        "select source_rows, accepted_rows, rejected_rows from publications"
    )[-1]
    with SAMPLE_FILE.open() as handle:
        assert source == sum(1 for _ in csv.reader(handle)) - 1
    assert accepted + rejected == source
    listed = sample_build.value("select count(*) from rejected_transactions")
    assert listed == rejected > 0


def test_release_holds_database_report_lists_and_manifest(sample_build):
    names = {path.name for path in sample_build.published.iterdir()}
    assert {"segments.duckdb", "report.html", "audiences", "manifest.json"} <= names
    report = (sample_build.published / "report.html").read_text()
    for (name,) in sample_build.query("select segment_name from segments"):
        assert name.replace("'", "&#39;") in report or name in report


def test_duckdb_1_4_reads_the_published_file(sample_build):
    if not OLD_CLIENT.exists():
        pytest.skip("DuckDB 1.4 is not installed beside: make test does it")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True);"
            "print(duckdb.__version__,"
            " c.execute('select count(*) from customer_segments').fetchone()[0],"
            " c.execute('select sum(revenue) from segments').fetchone()[0])",
            str(sample_build.published / "segments.duckdb"),
        ],
        env={**os.environ, "PYTHONPATH": str(OLD_CLIENT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    version, customers, revenue = done.stdout.split()
    assert version.startswith("1.4")
    assert int(customers) == sample_build.value(
        "select count(*) from customer_segments"
    )
    assert revenue == str(sample_build.value("select sum(revenue) from segments"))


def shuffled_build(home: Path) -> Build:
    """The sample as Parquet, its rows in any order, with four threads."""
    path = home / "orders.parquet"
    duckdb.execute(
        "copy (from read_csv(?, all_varchar = true)"
        " order by hash(customer_id, ordered_at, product_id, amount)) to ?",
        [str(SAMPLE_FILE), str(path)],
    )
    return run_dbt(
        home=home,
        variables={"transactions": str(path)},
        options=("--threads", "4"),
    )


def published_rows(build: Build) -> dict[str, list[tuple]]:
    """Rows of every table that does not tell the time or the file's own order."""
    tables = set(KEYS) | {"model_features", "model_prototypes", "candidate_crosswalk"}
    tables -= {"publications"}
    return {
        table: build.query(f"from {table} order by all") for table in sorted(tables)
    }


@pytest.mark.slow
def test_shuffled_rows_threads_and_file_type_publish_the_same(sample_build, tmp_path):
    shuffled = shuffled_build(tmp_path)
    assert shuffled.exit_code == 0, shuffled.output
    assert published_rows(shuffled) == published_rows(sample_build)


@pytest.mark.slow
def test_a_failing_test_leaves_the_last_release_bit_for_bit(sample_build, tmp_path):
    home = shutil.copytree(sample_build.home, tmp_path / "home", symlinks=True)
    before = snapshot(home / "releases")
    target = os.readlink(home / "published")
    path = str(home / "published" / "segments.duckdb")
    with duckdb.connect(path, read_only=True) as reader:
        bad = run_dbt(
            home=home,
            variables={
                "transactions": "sample",
                "smallest_segment_share": 0.99,
                # In a kept model a small segment is a warning.
                "refit": "always",
            },
        )
        assert reader.execute("select count(*) from segments").fetchone()[0] > 0
    assert bad.exit_code != 0
    assert "no_segment_is_too_small" in bad.output
    assert snapshot(home / "releases") == before
    assert os.readlink(home / "published") == target


@pytest.mark.slow
def test_cdnow_counts_are_those_of_the_paper(tmp_path):
    """Fader, Hardie, Lee (2005): same-day orders merged, to 1997-09-30."""
    build = run_dbt(
        home=tmp_path,
        variables=example("cdnow"),
    )
    assert build.exit_code == 0, build.output
    customers, repeats, returned = build.query(
        "select count(*), sum(btyd_frequency), count(*) filter (btyd_frequency > 0)"
        " from customer_segments"
    )[0]
    assert (customers, repeats, returned) == (2357, 2457, 946)
    source, accepted, rejected = build.query(
        "select source_rows, accepted_rows, rejected_rows from publications"
    )[0]
    assert source == 6919 == accepted + rejected
    assert rejected == build.value(
        "select count(*) from rejected_transactions where reason = 'after as_of_date'"
    )


@pytest.mark.slow
def test_rfm_reference_orders_give_the_known_values(tmp_path):
    """Reference orders of the R package `rfm`, as of 2006-12-31."""
    build = run_dbt(
        home=tmp_path,
        variables={
            "transactions": str(shared_file("rfm_reference_orders.csv")),
            "transaction_columns": {
                "customer_id": "customer_id",
                "ordered_at": "order_date",
                "amount": "revenue",
            },
            "as_of_date": "2006-12-31",
            # The package counts all orders there are.
            "rfm_window_months": None,
        },
    )
    assert build.exit_code == 0, build.output
    assert build.value("select count(*) from customer_segments") == 995
    known = {
        "Abbey O'Reilly": (205, 6, 472),
        "Add Senger": (140, 3, 340),
        "Aden Lesch": (194, 4, 405),
        "Aden Murphy": (98, 7, 596),
        "Admiral Senger": (132, 5, 448),
    }
    found = {
        name: values
        for name, *values in build.query(
            "select customer_id, recency_days, order_count, monetary_value"
            " from customer_segments"
        )
        if name in known
    }
    assert {name: tuple(values) for name, values in found.items()} == known
    # Without an order id a day's rows are one order: counted here by other means.
    with shared_file("rfm_reference_orders.csv").open() as handle:
        days = {
            (row["customer_id"], row["order_date"]) for row in csv.DictReader(handle)
        }
    expected = Counter(Counter(customer for customer, _ in days).values())
    found = build.query(
        "select order_count, count(*) from customer_segments group by 1"
    )
    assert dict(found) == dict(expected)
