"""Relations between runs, by whole builds (`relations.py` says which).

CI builds what can be combined on the sample. With SEGMENTATION_RELATIONS=all in the
environment every relation is built by itself, on data with groups and on skewed data.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from dbt_builds import Build, run_dbt
from relations import (
    ALL_AT_ONCE,
    LAST_DAY,
    PIECES_APART,
    RELATIONS,
    RENAMED_AND_SHIFTED,
    WEEKS_EARLIER,
    Relation,
    Rows,
    same_text,
    skewed_rows,
)
from sample_shop import COLUMNS, sample_rows

pytestmark = [pytest.mark.build, pytest.mark.slow]

EVERY_ONE = os.environ.get("SEGMENTATION_RELATIONS") == "all"
# Tables that tell the time, the file's own order or its bad rows.
TELLING = {"publications", "rejected_transactions", "data_quality"}


def grouped_rows() -> Rows:
    """The sample four times as large: of 150 customers, one is more than .5%."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in sample_rows(times=4)]
    return [row for row in rows if row["ordered_at"][:10] <= LAST_DAY]


DATA: dict[str, Callable[[], Rows]] = {"groups": grouped_rows, "skewed": skewed_rows}


def built(home: Path, relation: Relation, rows: Rows, monkeypatch) -> Build:
    """Build the changed rows the relation's way."""
    home.mkdir(exist_ok=True)
    path = home / "orders.csv"
    rows = relation.change(rows)
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    if relation.file_type == "parquet":
        text, path = path, home / "orders.parquet"
        duckdb.execute(
            f"copy (from read_csv('{text}', all_varchar = true)) to '{path}'"
        )
    monkeypatch.setenv("TZ", relation.machine_zone)
    build = run_dbt(
        home=home,
        variables={"transactions": str(path), **relation.variables},
        options=("--threads", str(relation.threads)),
    )
    assert build.exit_code == 0, build.output
    return build


def customers(build: Build, *, new_id=lambda text: text, days=0, money=1) -> dict:
    """What is published of each customer, mapped."""
    return {
        new_id(customer): (
            segment,
            *scores,
            revenue * money,
            first and first - timedelta(days=days),
        )
        for customer, segment, *scores, revenue, first in build.query(
            "select customer_id, segment_id, rfm_group, r_score, f_score, m_score,"
            " recency_days, order_count, tenure_days, lifetime_revenue,"
            " first_order_date from customer_segments"
        )
    }


def check(first: Build, second: Build, relation: Relation) -> None:
    """Hold two builds against what the relation promises."""
    is_mapped = relation.new_id is not same_text or relation.days or relation.money != 1
    if relation.unchanged == 1 and relation.same_tables and not is_mapped:
        tables = [
            name
            for (name,) in first.query("select table_name from duckdb_tables()")
            if name not in TELLING
        ]
        for table in tables:
            query = f"from {table} order by all"
            assert first.query(query) == second.query(query), table
        return
    before = customers(
        first, new_id=relation.new_id, days=relation.days, money=relation.money
    )
    after = customers(second)
    if relation.unchanged == 1:
        assert before == after
        return
    common = before.keys() & after.keys()
    assert len(common) >= len(before) - 1
    same = sum(before[name][0] == after[name][0] for name in common)
    assert same / len(common) >= relation.unchanged, (same, len(common))


@pytest.fixture(scope="module")
def bases(tmp_path_factory):
    """The first run on each data set, built when it is asked for."""
    found: dict[str, Build] = {}

    def base(data: str) -> Build:
        if data not in found:
            home = tmp_path_factory.mktemp(data)
            with pytest.MonkeyPatch.context() as patch:
                found[data] = built(home, Relation("base"), DATA[data](), patch)
        return found[data]

    return base


def hold(relation: Relation, data: str, bases, tmp_path, monkeypatch) -> None:
    base = bases(data)
    home = tmp_path / "home"
    if relation.over_release:
        shutil.copytree(base.home, home, symlinks=True)
    second = built(home, relation, DATA[data](), monkeypatch)
    check(base, second, relation)


@pytest.mark.parametrize(
    "relation",
    [
        ALL_AT_ONCE,
        RENAMED_AND_SHIFTED,
        PIECES_APART,
    ],
    ids=lambda one: one.name,
)
def test_relations_together(relation, bases, tmp_path, monkeypatch):
    hold(relation, "groups", bases, tmp_path, monkeypatch)


@pytest.mark.skipif(not EVERY_ONE, reason="by hand: SEGMENTATION_RELATIONS=all")
@pytest.mark.parametrize("data", list(DATA))
@pytest.mark.parametrize("relation", RELATIONS, ids=lambda one: one.name)
def test_relation(relation, data, bases, tmp_path, monkeypatch, request):
    if relation is WEEKS_EARLIER and data == "skewed":
        # DECISIONS.md, "A month that has just begun": memory rests on month ends, which
        # are other days of this shop, and its best cuts are many: 384 of 400.
        not_met = pytest.mark.xfail(reason="96% of 400 keep their segment", strict=True)
        request.applymarker(not_met)
    hold(relation, data, bases, tmp_path, monkeypatch)
