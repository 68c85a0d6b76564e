"""The macro sound_rows: each kind of broken row is noticed, and named."""

from __future__ import annotations

from types import SimpleNamespace

import duckdb
import jinja2
import pytest

from dbt_builds import REPOSITORY

RULES = {
    "key": ["customer_id", "month"],
    "unique": ["segment_name"],
    "not_null": ["customer_id", "revenue"],
    "one_of": {"cause": ["acted", "time"], "score": [1, 2]},
    "between": {"share": [0, 1]},
    "one_true": "is_newest",
}
SOUND = """
    create table movements as
    select * from (values
        ('a', 1, 'Regulars', 10.0, 'acted', 1, 0.0, true),
        ('a', 2, null, 0.0, 'time', 2, 1.0, false),
        ('b', 1, null, -5.0, null, null, null, null),
        ('b', null, 'Newcomers', 0.0, 'time', 1, 0.5, false)
    ) as movements(
        customer_id, month, segment_name, revenue, cause, score, share, is_newest
    )
"""


class Refused(Exception):
    """What dbt's exceptions.raise_compiler_error raises."""


def refuse(message: str) -> None:
    raise Refused(message)


def sound_rows(**rules) -> str:
    """The SQL of a test of `movements`, rendered as dbt renders it on DuckDB."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    (values,) = REPOSITORY.glob("macros/**/values.sql")
    node = SimpleNamespace(
        relation_name="movements",
        config=SimpleNamespace(meta={"sound_rows": rules}),
    )
    environment.globals.update(
        execute=True,
        sql_text=environment.from_string(
            values.read_text(encoding="utf-8")
        ).module.sql_text,
        stop_with=lambda message: f"error({message})",
        exceptions=SimpleNamespace(raise_compiler_error=refuse),
        graph=SimpleNamespace(nodes={"model.movements": node}),
    )

    class Table(str):
        identifier = "movements"

    text = (REPOSITORY / "macros/checks/sound_rows.sql").read_text(encoding="utf-8")
    return environment.from_string(text).module.sound_rows([Table("movements")])


def failures(*changes: str, **rules) -> list[tuple]:
    """What the test returns on the sound rows after some changes."""
    with duckdb.connect() as connection:
        connection.execute(SOUND)
        for change in changes:
            connection.execute(change)
        # As dbt runs it.
        counted = f"select count(*) from ({sound_rows(**rules)}) as failures"
        return connection.execute(counted).fetchall()


def test_sound_rows_pass():
    assert failures(**RULES) == [(0,)]


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_stands_alone(rule):
    assert failures(**{rule: RULES[rule]}) == [(0,)]


def test_no_rows_break_only_what_wants_one():
    emptied = "delete from movements"
    assert failures(emptied, **{**RULES, "one_true": None}) == [(0,)]
    with pytest.raises(duckdb.Error, match="is_newest is not true in exactly one row"):
        failures(emptied, one_true="is_newest")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("set month = 1 where month = 2", "customer_id, month is in more than one row"),
        ("set month = null where customer_id = 'b'", "customer_id, month is in more"),
        ("set segment_name = 'Regulars'", r"segment_name is not unique \(3\)"),
        ("set customer_id = null where month = 2", r"customer_id is null \(1\)"),
        ("set revenue = null", r"revenue is null \(4\)"),
        ("set cause = 'other' where cause = 'acted'", "cause is none of acted, time"),
        ("set score = 3 where score = 2", r"score is none of 1, 2 \(1\)"),
        ("set share = 1.01 where share = 1", "share is not between 0 and 1"),
        ("set share = -0.01 where share = 0", "share is not between 0 and 1"),
        ("set share = 'nan'::double where share = 1", "share is not between 0 and 1"),
        ("set is_newest = false", "is_newest is not true in exactly one row"),
        ("set is_newest = true", r"is_newest is not true in exactly one row \(3\)"),
    ],
)
def test_a_broken_rule_is_named(change, words):
    with pytest.raises(duckdb.Error, match=f"movements: {words}"):
        failures(
            "alter table movements alter share type double",
            f"update movements {change}",
            **RULES,
        )


def test_a_quote_in_a_value_is_a_value():
    one_of = {"segment_name": ["Regulars", "Can't Lose"]}
    renamed = "update movements set segment_name = 'Can''t Lose' where month is null"
    assert failures(renamed, one_of=one_of) == [(0,)]


def test_a_table_without_a_rule_is_refused():
    with pytest.raises(Refused, match="has no rule"):
        sound_rows()


def test_a_rule_that_is_spelt_wrong_is_refused():
    with pytest.raises(TypeError, match="not_nul"):
        sound_rows(not_nul=["customer_id"])


def test_every_broken_rule_is_named():
    emptied = "update movements set customer_id = null, month = 1"
    with pytest.raises(duckdb.Error, match=r"more than one row \(1\).*is null \(4\)"):
        failures(emptied, **RULES)
