"""Orders from PostgreSQL: what arrives, how it is typed, and what is said otherwise."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from segmentation.inputs import InputProblem
from segmentation.inputs.files.locate import locate
from segmentation.inputs.files.postgres import fetched

ORDERS = """
create table public.orders (
    customer_id numeric(12, 0), card numeric(20, 0), ordered_at timestamptz,
    "Net Amount" numeric(10, 2), price money, rate numeric, key uuid, note text
)
"""
ROWS = """
insert into public.orders
select
    n, 12345678901234567890, timestamptz '2024-01-31 23:30+00' + n * interval '1 day',
    n + 0.1, '9.95', n / 8.0, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', null
from generate_series(1, 1000) as n
"""


@pytest.fixture(scope="module")
def source(postgres):
    place = postgres.new_database("source")
    place.query(ORDERS)
    place.query(ROWS)
    return place


@pytest.fixture(autouse=True)
def home(source, tmp_path, monkeypatch):
    monkeypatch.setenv("SEGMENTATION_HOME", str(tmp_path))
    monkeypatch.setenv("SEGMENTATION_SOURCE_POSTGRES", source.address)
    fetched.cache_clear()
    return tmp_path


def test_a_table_arrives_whole_and_typed(home):
    (path,) = locate("postgres:public.orders", var="transactions")
    described = duckdb.sql(f"describe from '{path}'").fetchall()
    assert {name: kind for name, kind, *_ in described} == {
        "customer_id": "BIGINT",
        "card": "VARCHAR",
        "ordered_at": "TIMESTAMP WITH TIME ZONE",
        "Net Amount": "DOUBLE",
        "price": "DOUBLE",
        "rate": "DOUBLE",
        "key": "VARCHAR",
        "note": "VARCHAR",
    }
    rows = duckdb.sql(
        'select count(*), min(card), cast(sum(cast("Net Amount" as decimal(18, 2)))'
        f" as varchar), max(price) from '{path}'"
    )
    assert rows.fetchall() == [(1000, "12345678901234567890", "500600.00", 9.95)]
    assert not list((home / "sources").glob("*.tmp"))


def test_without_news_the_file_stays_as_it_is(source):
    path = Path(fetched("postgres:public.orders"))
    before = path.stat().st_ino
    fetched.cache_clear()
    fetched("postgres:public.orders")
    assert path.stat().st_ino == before
    source.query("update orders set note = 'new' where customer_id = 7")
    fetched.cache_clear()
    fetched("postgres:public.orders")
    assert path.stat().st_ino != before
    source.query("update orders set note = null where customer_id = 7")


def test_a_query_in_a_file_and_the_first_rows_of_it(tmp_path, monkeypatch):
    query = tmp_path / "query.sql"
    query.write_text(
        "with few as (select * from orders)\n"
        "select customer_id, ordered_at from few order by customer_id;\n"
    )
    monkeypatch.setenv("SEGMENTATION_SOURCE_ROWS", "10")
    path = fetched(f"postgres:{query}")
    assert duckdb.sql(f"select max(customer_id) from '{path}'").fetchall() == [(10,)]


def test_a_query_may_not_write(source, tmp_path):
    query = tmp_path / "query.sql"
    query.write_text("with gone as (delete from orders returning 1) select 1 from gone")
    with pytest.raises(InputProblem):
        fetched(f"postgres:{query}")
    assert source.query("select count(*) from orders") == [(1000,)]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("postgres:public.ordrs", "did you mean postgres:public.orders?"),
        ("postgres:orders", "did you mean postgres:public.orders?"),
        ("postgres:no/such.sql", "correct the path"),
    ],
)
def test_what_is_not_there_is_said(value, message):
    with pytest.raises(InputProblem) as told:
        fetched(value)
    assert message in str(told.value)


def test_no_address_and_a_wrong_password(source, monkeypatch):
    monkeypatch.setenv(
        "SEGMENTATION_SOURCE_POSTGRES", source.address_of("owner", "geheim")
    )
    with pytest.raises(InputProblem, match="password authentication failed") as told:
        fetched("postgres:public.orders")
    assert "geheim" not in str(told.value)
    monkeypatch.delenv("SEGMENTATION_SOURCE_POSTGRES")
    with pytest.raises(InputProblem, match="export SEGMENTATION_SOURCE_POSTGRES"):
        fetched("postgres:public.orders")
