"""A database written anew holds no byte of the person."""

from __future__ import annotations

import duckdb

from segmentation.publishing.erased_database import clean_id, rewrite_database

# Quotes, blanks, letters beyond ASCII, and what HTML and patterns have a meaning for.
PERSON = 'O\'Erased "\u017bo\u00eb" & (4711)*'
IN_SQL = PERSON.replace("'", "''")


def test_a_rewritten_database_holds_no_byte_of_the_person(tmp_path):
    old, new = tmp_path / "old.duckdb", tmp_path / "new.duckdb"
    with duckdb.connect(str(old)) as connection:
        connection.execute(
            "create schema raw;"
            "create table raw.orders as select 'c' || range as customer_id, range as n"
            " from range(5000);"
            f"insert into raw.orders values ('{IN_SQL}', 1), (' {IN_SQL}.', 2);"
            f"create table notes as select 'about {IN_SQL},{IN_SQL}, others' as note"
        )
    removed = rewrite_database(source=old, target=new, customer=PERSON)
    assert removed == 1
    with duckdb.connect(str(new), read_only=True) as connection:
        assert connection.execute("from notes").fetchall() == [
            ("about erased,erased, others",)
        ]
        assert connection.execute("select count(*) from raw.orders").fetchall() == [
            (5001,)
        ]


def test_an_id_of_digits_is_erased_as_a_number_and_from_no_rule(tmp_path):
    old, new = tmp_path / "old.duckdb", tmp_path / "new.duckdb"
    with duckdb.connect(str(old)) as connection:
        connection.execute(
            "create table orders as select range as customer_id from range(9);"
            "create table segments as select 'order_count >= 4' as rule_sql"
        )
    assert rewrite_database(source=old, target=new, customer="4") == 1
    with duckdb.connect(str(new), read_only=True) as connection:
        rules = connection.execute("from segments").fetchall()
    assert rules == [("order_count >= 4",)]


def test_ids_are_cleaned_as_staging_does():
    assert [clean_id(text) for text in (" 17.0 ", "017", "e\u0301")] == [
        "17",
        "017",
        "\u00e9",
    ]
