"""Real data of ../shared, counted here without the project's SQL; and the examples."""

from __future__ import annotations

import csv
import gzip
import os
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest

from dbt_builds import REPOSITORY, SHARED_DATA, example, run_dbt
from segmentation.inputs import answered
from staging_build import build_staging

EXAMPLES = sorted(path.stem for path in (REPOSITORY / "examples").glob("*.yml"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_fits_its_data(name):
    variables = example(name)
    for var in ("transactions", "customers"):
        value = variables.get(var)
        if value is None or "shared" not in value:
            continue
        singular = var[:-1]
        source = answered(
            {
                "ask": "source",
                "var": var,
                "value": value,
                "columns": variables.get(f"{singular}_columns"),
                "format": variables.get(f"{singular}_format"),
                "currency": variables.get("currency"),
                "settings": {
                    "exclusion_rule_sets": variables.get("exclusion_rule_sets")
                },
            }
        )
        assert source["parts"]
        assert source["notes"] == []


@pytest.mark.slow
@pytest.mark.build
@pytest.mark.parametrize(
    "name", [name for name in EXAMPLES if name != "mall_customers"]
)
def test_example_builds_green(tmp_path, name):
    if name == "your_orders":
        pytest.skip("a template: its files are yours")
    if os.environ.get("SEGMENTATION_EXAMPLES") != "all":
        pytest.skip("a whole build: set SEGMENTATION_EXAMPLES=all")
    build = run_dbt(home=tmp_path, variables=example(name))
    assert build.exit_code == 0, build.output
    assert build.value("select count(*) from customer_segments") > 0


@pytest.mark.slow
@pytest.mark.build
def test_mall_customers_build_green_and_are_the_five_known_segments(tmp_path):
    build = run_dbt(home=tmp_path, variables=example("mall_customers"))
    assert build.exit_code == 0, build.output
    sizes = build.query("select customer_count from segments order by 1 desc")
    assert [size for (size,) in sizes] == [81, 39, 35, 23, 22]
    # No orders, no months: the tables are there, and empty.
    assert build.value("select count(*) from segment_monthly") == 0


def test_every_data_set_has_an_example():
    if not SHARED_DATA.exists():
        pytest.skip("../shared/data is not on this machine")
    texts = [(REPOSITORY / "examples" / f"{name}.yml").read_text() for name in EXAMPLES]
    for path in SHARED_DATA.iterdir():
        if path.is_file() and path.suffix != ".md":
            assert any(f"shared/data/{path.name}" in text for text in texts), path


def count_online_retail(path):
    """Count and add up the lines of Online Retail in plain Python."""
    postage = {"POST", "DOT", "C2"}
    adjustment = {"M", "D", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK", "PADS"}
    count = defaultdict(int)
    money = defaultdict(Decimal)
    customers, invoices = set(), set()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["StockCode"].strip().upper()
            if not row["CustomerID"].strip():
                kind = "no customer id"
            elif code in postage:
                kind = "postage"
            elif code in adjustment:
                kind = "adjustment"
            else:
                kind = "cancelled" if row["InvoiceNo"].startswith("C") else "sold"
                customers.add(row["CustomerID"])
                invoices.add(row["InvoiceNo"])
            count[kind] += 1
            amount = Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])
            money[kind] += amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return count, money, len(customers), len(invoices)


@pytest.mark.slow
def test_online_retail_is_counted_as_python_counts_it(tmp_path):
    variables = example("online_retail")
    count, money, customers, invoices = count_online_retail(variables["transactions"])
    build = build_staging(tmp_path, variables)
    assert build.returncode == 0, build.output
    assert build.rows(
        """
        select
            count(*) filter (where not is_return), count(*) filter (where is_return),
            sum(net_amount), sum(net_amount) filter (where is_return),
            count(distinct customer_id), count(distinct order_id)
        from stg_transactions
        """
    ) == [
        (
            count["sold"],
            count["cancelled"],
            money["sold"] + money["cancelled"],
            money["cancelled"],
            customers,
            invoices,
        )
    ]
    assert dict(
        build.rows("select reason, count(*) from rejected_transactions group by reason")
    ) == {
        reason: count[reason] for reason in ("no customer id", "postage", "adjustment")
    }
    # Stated, so that a change of both ways of counting is seen as well.
    assert sum(count.values()) == 245_903
    assert (count["sold"], count["cancelled"]) == (171_952, 4_076)
    assert count["no customer id"] == 69_014
    assert money["sold"] + money["cancelled"] == Decimal("3747741.05")


@pytest.mark.slow
def test_cdnow_has_the_counts_of_the_paper(tmp_path):
    build = build_staging(tmp_path, example("cdnow"))
    assert build.returncode == 0, build.output
    assert build.rows(
        """
        with customers as (
            select count(distinct order_id) - 1 as repeat_orders
            from stg_transactions
            group by customer_id
        )
        select
            count(*),
            cast(sum(repeat_orders) as integer),
            count(*) filter (where repeat_orders > 0)
        from customers
        """
    ) == [(2_357, 2_457, 946)]
    assert build.rows("select min(customer_id) from stg_transactions") == [("0001",)]
    assert build.rows("select distinct reason from rejected_transactions") == [
        ("after as_of_date",)
    ]


@pytest.mark.slow
def test_completejourney_is_in_local_time(tmp_path):
    build = build_staging(tmp_path, example("completejourney"))
    assert build.returncode == 0, build.output
    assert build.rows(
        """
        select
            count(*), count(distinct customer_id), count(distinct order_id),
            cast(sum(net_amount) as varchar), cast(min(ordered_date) as varchar),
            cast(max(ordered_date) as varchar)
        from stg_transactions
        """
    ) == [(1_469_307, 2_469, 155_848, "4596039.58", "2017-01-01", "2017-12-31")]
    assert build.rows("select count(*) from rejected_transactions") == [(0,)]
