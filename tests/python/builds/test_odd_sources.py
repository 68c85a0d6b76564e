"""Odd shapes of a whole source, and bad rows among good ones: whole builds."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass

import duckdb
import pytest

from dbt_builds import Build, run_dbt
from sample_shop import COLUMNS, write
from segmentation.publishing.spreadsheet import FORMULA_STARTS, safe_cell

pytestmark = [pytest.mark.build, pytest.mark.slow]

HEADER = "customer_id,ordered_at,amount,order_id"
ALIKE = "all customers are alike in the features used: one segment"

# One shop after another in one file and one folder: each has customers of its own.
SHAPES = {
    "all one-time buyers": [
        f"c{i},2024-0{i % 9 + 1}-{i % 18 + 10},{i * 7 % 90 + 5}.00,o{i}"
        for i in range(300)
    ],
    "fewer customers than segments": [
        f"f{i},2024-0{month}-1{i},{10 * i + month}.00,o{i}-{month}"
        for i in range(2)
        for month in range(1, 4 + i)
    ],
    "one customer": [
        f"one,2024-0{month}-10,{month}.50,o{month}" for month in range(1, 6)
    ],
    "all customers alike": [f"a{i},2024-03-10,10.00,o{i}" for i in range(60)],
}
# How many segments, and words of the reason or of the structure's evidence.
EXPECTED = {
    "fewer customers than segments": (2, "2 different customers are too few"),
    "one customer": (1, "there is one customer: one segment"),
    "all customers alike": (1, ALIKE),
}
SEGMENTS = "select customer_id, segment_id from customer_segments"
# As far as the segments of customers, without tests.
ASSIGNED = (
    "--select", "+customer_segments", "rejected_transactions",
    "--exclude-resource-type", "unit_test", "test",
)  # fmt: skip

# Rows that must not move anybody: unreadable, hostile, of nobody.
BAD_ROWS = [
    ",2024-05-02,12.00,x1",
    "guest,2024-05-02,12.00,x2",
    "001,2999-01-01,12.00,x3",
    "001,2024-13-45,12.00,x4",
    "001,2024-05-02,1e308,x5",
    "001,2024-05-02,NaN,x6",
    "TOTAL,,99999.00,",
    "<script>alert(1)</script>,2024-05-02,=1+1,x7",
]
# Customers with orders like others, and what a list and the report may not hold.
HOSTILE = {
    "html": "<script>alert(1)</script>",
    "formula =": "=cmd|' /C calc'!A0",
    "formula +": "+1",
    "formula -": "-1+1",
    "formula @": "@SUM(A1)",
    "path": "../../etc/passwd",
    "sql": "'; drop table segments; --",
    "template": "{{ var('x') }}{% raw %}",
}


@dataclass(frozen=True)
class Shape:
    """What was published of a shape, and how the build ended."""

    build: Build
    customers: int
    sizes: list[int]
    why: str
    checks: dict[str, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("shapes")


def build_file(folder, lines):
    """Build from one file; its size is no reason to stop, as it is another shop's."""
    path = folder / "orders.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    variables = {
        "transactions": str(path),
        "source_rows_fall_maximum": 1,
        "source_rows_rise_maximum": 1000,
    }
    return run_dbt(home=folder, variables=variables)


@pytest.fixture(scope="module")
def shapes(folder):
    found = {}
    for name, lines in SHAPES.items():
        build = build_file(folder, lines)
        assert build.exit_code == 0, (name, build.output)
        ((reason, evidence),) = build.query(
            "select reason, structure_evidence from segment_candidates "
            "where is_selected"
        )
        sizes = build.query(
            "select customer_count from segments where is_clustered order by all"
        )
        found[name] = Shape(
            build=build,
            customers=build.value("select count(*) from customer_segments"),
            sizes=[size for (size,) in sizes],
            why=f"{reason}; {evidence}",
            checks=dict(build.query("select check_name, detail from data_quality")),
        )
    return found


@pytest.mark.parametrize("name", SHAPES)
def test_shape_is_published(shapes, name):
    customers = len({line.split(",")[0] for line in SHAPES[name]})
    assert shapes[name].customers == customers
    assert sum(shapes[name].sizes) == customers


@pytest.mark.parametrize("name", EXPECTED)
def test_shape_has_an_honest_reason(shapes, name):
    count, words = EXPECTED[name]
    assert len(shapes[name].sizes) == count
    assert words in shapes[name].why


def test_a_constant_feature_is_left_out_and_named(shapes):
    detail = shapes["all one-time buyers"].checks["model_features"]
    assert "orders_per_month (every customer has the value 0)" in detail


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """The sample as a file, with and without bad rows in a second file."""
    folder = tmp_path_factory.mktemp("shop")
    write(folder / "good.csv")
    (folder / "bad.csv").write_text("\n".join([HEADER, *BAD_ROWS]) + "\n")
    giant = [
        f"giant,2024-{i % 12 + 1:02}-15,g{i},mug,gifts,90000.00,1,0,web,EUR,paid"
        for i in range(100)
    ]
    with (folder / "giant.csv").open("w", newline="") as file:
        file.write("\n".join([",".join(COLUMNS), *giant]) + "\n")
        rows = csv.writer(file, lineterminator="\n")
        for name, customer_id in HOSTILE.items():
            for month in (10, 11):
                rows.writerow([customer_id, f"2024-{month}-09", f"{name}{month}",
                               HOSTILE["html"], "gifts", "24.00", "2", "0", "web",
                               "EUR", "paid"])  # fmt: skip
    return folder


def built_from(folder, *names, options=()):
    """Build from files of the shop; return the build and its customers' segments."""
    build = run_dbt(
        home=folder / "-".join(names),
        # Somebody with 13% of all orders might stand for guests: here it is one person.
        variables={
            "transactions": [str(folder / f"{name}.csv") for name in names],
            "confirmed": ["guest_ids"],
        },
        options=options,
    )
    assert build.exit_code == 0, build.output
    return build


def in_build(build, sql):
    """Rows of a query on the build database: of what is not published."""
    path = str(build.home / "build.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_bad_rows_move_nobody(shop, sample_build):
    build = built_from(shop, "good", "bad", options=ASSIGNED)
    assert dict(in_build(build, SEGMENTS)) == dict(sample_build.query(SEGMENTS))
    rejected = in_build(
        build,
        "select reason from rejected_transactions where source_file like '%bad.csv'",
    )
    assert len(rejected) == len(BAD_ROWS)
    assert all(reason for (reason,) in rejected)


@pytest.fixture(scope="module")
def giant_build(shop):
    return built_from(shop, "good", "giant")


def test_a_gigantic_customer_moves_few(giant_build, sample_build):
    before = dict(sample_build.query(SEGMENTS))
    after = dict(giant_build.query(SEGMENTS))
    assert set(after) == {*before, "giant", *HOSTILE.values()}
    # Who is together stays together; a segment may be named after something else.
    pairs = Counter((before[customer], after[customer]) for customer in before)
    largest = dict.fromkeys(before.values(), 0)
    for (segment, _new), count in pairs.items():
        largest[segment] = max(largest[segment], count)
    assert sum(largest.values()) >= 0.95 * len(before)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_id_is_safe_in_what_is_published(giant_build, name):
    customer_id = HOSTILE[name]
    cells = []
    for path in (giant_build.published / "audiences").glob("*.csv"):
        assert path.stem.replace("-", "").isalnum(), path
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells += [row["customer_id"] for row in csv.DictReader(file)]
    safe = safe_cell(customer_id)
    assert safe in cells
    assert not safe.startswith(FORMULA_STARTS)
    report = (giant_build.published / "report.html").read_text()
    assert HOSTILE["html"] not in report
