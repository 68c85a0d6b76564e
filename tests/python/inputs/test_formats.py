"""Ways of writing that hold for a whole source: each is one small build."""

from __future__ import annotations

import json
from datetime import datetime

import duckdb
import pytest

from snapshots import database_words, hold
from staging_build import build_staging, judged

HEADER = "customer_id,ordered_at,amount,product_id"


def hold_staging(name, build):
    """Hold the staging models, and what is said of their quality."""
    hold(f"formats_{name}", database_words(build.database, without="base"))


def accepted(build, column):
    return dict(
        build.rows(
            f"select product_id, cast({column} as varchar) from stg_transactions"
        )
    )


def test_semicolons_decimal_commas_and_day_first(tmp_path):
    build = judged(
        tmp_path,
        "Kunde;Datum;Betrag;product_id\n"
        "007;31.01.2024;1.234,50;thousands\n"
        "007;05.02.2024 09:30;7,2;plain\n"
        "007;05.02.2024;12 €;sign\n"
        "007;02/05/2024;5;other date\n"
        "007;05.02.2024;5.55;other mark\n",
        transaction_columns={
            "customer_id": "Kunde",
            "ordered_at": "Datum",
            "amount": "Betrag",
        },
    )
    assert accepted(build, "net_amount") == {
        "thousands": "1234.50",
        "plain": "7.20",
        "sign": "12.00",
    }
    assert accepted(build, "ordered_at")["plain"] == "2024-02-05 09:30:00"
    assert build.reasons()["other date"] == "unreadable date"
    assert build.reasons()["other mark"] == "unreadable amount"
    assert build.rows("select distinct customer_id from stg_transactions") == [("007",)]
    hold_staging("german", build)


@pytest.fixture(scope="module")
def zones_build(tmp_path_factory):
    return judged(
        tmp_path_factory.mktemp("zones"),
        f"{HEADER},status\n"
        "a,2024-01-05T23:30:00Z,5,zulu,paid\n"
        "a,2024-01-05T23:30:00+05:00,5,offset,paid\n"
        "a,2024-07-05 23:30:00,5,naive in summer,paid\n"
        "a,2024-01-05,5,date only,paid\n"
        "a,2024-03-31 01:30:00,5,skipped hour,paid\n"
        "a,2024-10-27 00:30:00,5,repeated hour,paid\n"
        "a,2024-10-27 01:30:00,5,repeated hour again,paid\n"
        "a,2024-01-06,4,cancelled,Canceled\n"
        "b,2024-01-06,4,copy,paid\n"
        "b,2024-01-06,4,copy,paid\n",
        time_zone="Europe/Berlin",
        source_time_zone="UTC",
        cancelled_lines="leave_out",
    )


def test_zones_offsets_and_daylight_saving(zones_build):
    assert accepted(zones_build, "ordered_at") == {
        "zulu": "2024-01-06 00:30:00",
        "offset": "2024-01-05 19:30:00",
        "naive in summer": "2024-07-06 01:30:00",
        "date only": "2024-01-05 00:00:00",
        "skipped hour": "2024-03-31 03:30:00",
        "repeated hour": "2024-10-27 02:30:00",
        "repeated hour again": "2024-10-27 02:30:00",
        "copy": "2024-01-06 00:00:00",
    }


def test_what_was_cancelled_was_never_sold(zones_build):
    assert zones_build.reasons()["cancelled"] == "never sold"


def test_exact_duplicates_are_reported_and_kept(zones_build):
    assert zones_build.rows(
        "select count(*) from stg_transactions where product_id = 'copy'"
    ) == [(2,)]
    assert zones_build.rows(
        "select rows_failed, verdict from int_input_quality "
        "where check_name = 'exact_duplicates'"
    ) == [(1, "warn")]
    hold_staging("zones", zones_build)


def test_epoch_milliseconds_in_json_lines(tmp_path):
    lines = [
        {"customer_id": "007", "ordered_at": 1704412800000, "amount": 5.5,
         "product_id": "epoch"},
        {"customer_id": 8, "ordered_at": 1704412800000, "product_id": "no amount"},
        {"customer_id": "9", "ordered_at": "soon", "amount": "5", "product_id": "word"},
    ]  # fmt: skip
    text = "\n".join(json.dumps(line) for line in lines) + '\n{"customer_id": "cut'
    build = judged(tmp_path, text, name="orders.jsonl")
    assert accepted(build, "ordered_at") == {"epoch": "2024-01-05 00:00:00"}
    assert build.reasons() == {
        "epoch": None,
        "no amount": "no amount",
        "word": "unreadable date",
        None: "no customer id",
    }
    hold_staging("json", build)


def test_typed_values_of_parquet(tmp_path):
    path = tmp_path / "orders.parquet"
    duckdb.sql(
        """
        select * from (values
            (17850.0, timestamp '2024-01-05 10:00:00', 5.005, 'float id'),
            (null, timestamp '2024-01-05 10:00:00', 5.0, 'null id'),
            (1.0, null, 5.0, 'null date'),
            (1.0, timestamp '1900-01-01', 5.0, '1900'),
            (1.0, timestamp '2024-01-05', 'nan'::double, 'nan'),
            (1.0, timestamp '2024-01-05', 'inf'::double, 'inf'),
            (1.0, timestamp '2024-01-05', 1e308, '1e308'),
            (1.0, timestamp '2024-01-05', null, 'null amount')
        ) as orders (customer, ordered, money, product_id)
        """
    ).write_parquet(str(path))
    build = build_staging(
        tmp_path,
        {
            "transactions": str(path),
            "transaction_columns": {
                "customer_id": "customer",
                "ordered_at": "ordered",
                "amount": "money",
            },
        },
    )
    assert build.returncode == 0, build.output
    assert build.reasons() == {
        "float id": None,
        "null id": "no customer id",
        "null date": "no date",
        "1900": "date before earliest_date",
        "nan": "amount out of range",
        "inf": "amount out of range",
        "1e308": "amount out of range",
        "null amount": "no amount",
    }
    assert build.rows("select customer_id, ordered_at from stg_transactions") == [
        ("17850", datetime(2024, 1, 5, 10))
    ]
    hold_staging("parquet", build)


def test_currencies_cancellations_and_copies(tmp_path):
    build = judged(
        tmp_path,
        "customer_id,ordered_at,amount,product_id,order_id,currency,status\n"
        "a,2024-01-05,10,kept,1,EUR,paid\n"
        "a,2024-01-05,10,kept,1,EUR,paid\n"
        "a,2024-01-05,10,converted,1,usd,paid\n"
        "a,2024-01-05,10,other,1,JPY,paid\n"
        "a,2024-01-05,10,no currency,1,,paid\n"
        "a,2024-01-06,4,by status,2,EUR,Cancelled\n"
        "a,2024-01-06,3,by prefix,C3,EUR,paid\n"
        "b,2024-01-06,3,shared,1,EUR,paid\n"
        "b,2024-01-06,3,postage,9,EUR,paid\n",
        currency="EUR",
        exchange_rates={"USD": 0.5},
        cancellation_prefix="C",
        drop_exact_duplicates=True,
    )
    assert accepted(build, "net_amount") == {
        "kept": "10.00",
        "converted": "5.00",
        "by prefix": "-3.00",
        "shared": "3.00",
    }
    assert sorted(build.rows("select product_id, reason from rejected_transactions"),
                  key=str) == [
        # Its sale is not in the data: nothing was sold, and nothing is taken back.
        ("by status", "never sold"),
        ("kept", "exact duplicate"),
        ("no currency", "no currency"),
        ("other", "other currency"),
        ("postage", "postage"),
    ]  # fmt: skip
    checks = dict(build.rows("select check_name, rows_failed from int_input_quality"))
    assert checks["shared_order_ids"] == 1
    assert checks["returns"] == 1
    hold_staging("currencies", build)


def test_as_of_date_long_after_the_newest_order_is_a_warning(tmp_path):
    build = judged(tmp_path, f"{HEADER}\na,2024-01-05,5,tea\n", as_of_date="2999-01-01")
    assert build.rows(
        "select verdict from int_input_quality where check_name = 'as_of_date'"
    ) == [("warn",)]
    hold_staging("late", build)


def test_customers_without_a_usable_id_are_left_out(tmp_path):
    # A blank among numbers: it once stopped DuckDB's reader.
    ids = ["7", "NULL", "guest", "x" * 300, "1.2E+11", "a\x00b", "Total", "", "7"]
    table = tmp_path / "customers.csv"
    table.write_text(
        "customer_id,age\n"
        + "".join(f"{one},20\n" for one in ids)
        + "".join(f"c{i},{i}\n" for i in range(100))
        + "blank, \n"
    )
    build = judged(tmp_path, f"{HEADER}\n7,2024-01-05,5,tea\n", customers=str(table))
    assert build.rows(
        "select customer_id from stg_customers where customer_id not like 'c%' "
        "and age is not null"
    ) == [("7",)]
    assert build.rows("select count(*), count(age) from stg_customers") == [(102, 101)]
    assert build.rows(
        "select rows_checked, rows_failed from int_input_quality "
        "where check_name = 'customers_with_attributes'"
    ) == [(len(ids) + 101, len(ids) - 1)]
    hold_staging("customers", build)


@pytest.mark.parametrize(
    ("variables", "messages"),
    [
        (
            {"cancellation_prefix": "1", "transaction_columns": {"order_id": "amount"}},
            ["No transaction brings money", "cancellation_prefix"],
        ),
        (
            {"as_of_date": "2020-01-01"},
            ["No transaction is left", "after as_of_date (1)", "make check"],
        ),
        (
            {"transaction_columns": {"amount": "x'; drop table {{ y }} --"}},
            ["no column", "'customer_id', 'ordered_at', 'amount', 'product_id'"],
        ),
    ],
    ids=["refunds only", "as-of before the first order", "metacharacters in a var"],
)
def test_build_stops_with_one_message(tmp_path, variables, messages):
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER}\na,2024-01-05,10,tea\n")
    build = build_staging(tmp_path, {"transactions": str(path), **variables})
    assert build.returncode != 0
    for message in (*messages, "wanted:", "found:", "next:"):
        assert message in build.output
    assert "Traceback" not in build.output


def test_schema_and_table(tmp_path):
    database = tmp_path / "home" / "build.duckdb"
    database.parent.mkdir()
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema raw")
        connection.execute(
            "create table raw.orders as select '007' as customer_id, "
            "date '2024-01-05' as ordered_at, 5.5 as amount, 'tea' as product_id"
        )
    build = build_staging(tmp_path, {"transactions": "raw.orders"})
    assert build.returncode == 0, build.output
    assert build.rows("select customer_id, net_amount from stg_transactions")[0][0] == (
        "007"
    )
    hold_staging("table", build)


def test_the_demo_data_is_read_as_it_was(tmp_path):
    build = build_staging(
        tmp_path, {"transactions": "completejourney", "check_rows": 4000}
    )
    assert build.returncode == 0, build.output
    hold_staging("demo", build)


def test_sample_is_judged_as_planned(tmp_path):
    from sample_shop import BAD_ROWS, SEED_FILE, sample_rows, write

    write(tmp_path / "sample.csv")
    assert (tmp_path / "sample.csv").read_bytes() == SEED_FILE.read_bytes()
    build = build_staging(tmp_path, {"transactions": "sample"})
    assert build.returncode == 0, build.output
    assert build.rows("select count(*) from stg_transactions") == [
        (len(sample_rows()) - len(BAD_ROWS),)
    ]
    assert build.rows(
        "select reason from rejected_transactions order by source_row"
    ) == [(reason,) for _values, reason in BAD_ROWS]
