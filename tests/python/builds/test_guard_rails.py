"""The guard rails' queries on customers by hand: what is a breach, and what is not."""

from __future__ import annotations

import duckdb
import pytest

from dbt_builds import compiled, run_dbt

pytestmark = pytest.mark.build

RAILS = ("guard_rail_churn", "guard_rail_segment_sizes", "guard_rail_drift")


@pytest.fixture(scope="module")
def queries(sample_build) -> dict[str, str]:
    """The compiled tests with the thresholds of dbt_project.yml, by name."""
    build = run_dbt(
        home=sample_build.home,
        variables={"transactions": "sample"},
        command="compile",
        options=("--select", *RAILS),
    )
    assert build.exit_code == 0, build.output
    return compiled(build, "tests/singular/guard_rail_*.sql")


def breaches(sql: str, moves: dict[tuple, int], **decision) -> list[tuple]:
    """What a rail says of so many customers for each (from, to)."""
    figures = {
        "is_refit": False, "drift_share": 0.0, "reason": "", "is_warning": False,
        "fresh_group_count": None, **decision,
    }  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as build; use build")
        connection.execute(
            "create table int_movement_steps (compared_with varchar, "
            "from_segment_id varchar, to_segment_id varchar, cause varchar)"
        )
        for (origin, goal), count in moves.items():
            connection.execute(
                "insert into int_movement_steps select 'last_publication', ?, ?, ? "
                "from range(?)",
                [origin, goal, None if origin == goal else "acted", count],
            )
        # From month to month much may move: that is no matter of two publications.
        connection.execute(
            "insert into int_movement_steps "
            "select 'last_date', 's01', 's02', 'time' from range(1000)"
        )
        placeholders = ", ".join("?" for _ in figures)
        connection.execute(
            "create table refit_decision (is_refit boolean, drift_share double, "
            "reason varchar, is_warning boolean, fresh_group_count bigint)"
        )
        connection.execute(
            f"insert into refit_decision ({', '.join(figures)}) "
            f"values ({placeholders})",
            list(figures.values()),
        )
        return connection.execute(sql).fetchall()


SIZES = [
    # As before, and half more or less: the limit is .5.
    ({("s01", "s01"): 100, ("s02", "s02"): 100}, []),
    ({("s01", "s01"): 100, ("s02", "s02"): 50, ("s02", "s01"): 50}, []),
    # More than half shrinks or grows.
    ({("s01", "s01"): 200, ("s02", "s02"): 49, ("s02", "s01"): 51}, ["s02"]),
    ({("s01", "s01"): 149, ("s01", "s02"): 51, ("s02", "s02"): 100}, ["s02"]),
    # Nobody is left, or nobody was there.
    ({("s01", "s01"): 200, ("s02", "s01"): 10}, ["s02"]),
    ({("s01", "s01"): 200, ("s01", "s02"): 10}, ["s02"]),
    # One in a hundred customers is not a segment: 2 of 203 are less.
    ({("s01", "s01"): 201, ("s01", "no_orders"): 2}, []),
    ({}, []),
]


@pytest.mark.parametrize(("moves", "found"), SIZES)
def test_sizes(queries, moves, found):
    rows = breaches(queries["guard_rail_segment_sizes"], moves)
    assert [segment for segment, *_ in rows] == found
    for segment, before, now in rows:
        assert before == sum(n for (a, _), n in moves.items() if a == segment)
        assert now == sum(n for (_, b), n in moves.items() if b == segment)


@pytest.mark.parametrize(
    ("moved", "is_refit", "is_breach"),
    [(35, False, False), (36, False, True), (36, True, False), (0, False, False)],
)
def test_churn(queries, moved, is_refit, is_breach):
    moves = {("s01", "s01"): 100 - moved, ("s01", "s02"): moved}
    rows = breaches(queries["guard_rail_churn"], moves, is_refit=is_refit)
    assert rows == ([(100, moved)] if is_breach else [])


@pytest.mark.parametrize(
    ("decision", "is_breach"),
    [
        ({"drift_share": 0.15}, False),
        ({"drift_share": 0.16}, True),
        ({"drift_share": 0.16, "is_refit": True}, False),
        # The groups are still these; they are not, and the model is kept all the same.
        ({"drift_share": 0.16, "fresh_group_count": 4}, False),
        ({"drift_share": 0.16, "fresh_group_count": 4, "is_warning": True}, True),
        ({"drift_share": None}, False),
    ],
)
def test_drift(queries, decision, is_breach):
    rows = breaches(queries["guard_rail_drift"], {}, **decision)
    assert bool(rows) is is_breach
