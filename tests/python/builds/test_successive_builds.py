"""Builds that follow one another: the same marts as from scratch, and a kept past."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import duckdb
import pytest

from dbt_builds import REPOSITORY, Build, project_with, run_dbt
from sample_shop import SEED_FILE

pytestmark = pytest.mark.build

# Any movement at all is a breach.
NO_MOVEMENT = {
    "guard_rail_churn": 0,
    "guard_rail_size_change": 0,
    "guard_rail_drift": 0,
    "smallest_segment_share": 0,
}
# From the months of the source to the dates of the history, by their fingerprints.
DATED = (
    "base_months", "int_month_fingerprints", "int_as_of_dates", "int_history_dates",
)  # fmt: skip
# These tell of the builds themselves, or compare with the one before.
ABOUT_BUILDS = {"publications", "data_quality", "segment_movements"}


def sample_rows() -> list[dict[str, str]]:
    with SEED_FILE.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def is_late(row: dict[str, str]) -> bool:
    """Rows of September that arrive in November."""
    return row["ordered_at"].startswith("2024-09") and row["customer_id"] < "050"


def corrected(row: dict[str, str]) -> dict[str, str]:
    """A summer as the accountant sees it: ten times the amounts for half of them."""
    if not "2024-06" <= row["ordered_at"] < "2024-09" or row["customer_id"] > "075":
        return row
    return {**row, "amount": str(10 * float(row["amount"]))}


def build_from(
    home: Path,
    rows: list[dict[str, str]],
    *,
    options=(),
    is_published=True,
    **variables,
) -> Build:
    # One path for all homes of a folder: rejected rows say where they were found.
    path = home.parent / "orders.csv"
    home.mkdir(exist_ok=True)
    write_rows(path, rows)
    build = run_dbt(
        home=home, variables={"transactions": str(path), **variables}, options=options
    )
    assert (build.exit_code == 0) is is_published, build.output
    return build


def differing_tables(first: Path, second: Path) -> list[str]:
    """Names of the published tables that do not hold the same rows."""
    with duckdb.connect() as connection:
        for name, home in (("one", first), ("two", second)):
            path = home / "published" / "segments.duckdb"
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = {
            name
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where database_name = 'one'"
            ).fetchall()
        }
        assert {"customer_segments", "segment_history"} <= tables
        return [
            table
            for table in sorted(tables - ABOUT_BUILDS)
            if connection.execute(
                f"(from one.{table} except all from two.{table}) union all "
                f"(from two.{table} except all from one.{table})"
            ).fetchall()
        ]


@pytest.fixture(scope="module")
def two_days(tmp_path_factory) -> dict[str, Build]:
    """One home, two days: a first build, then later orders."""
    rows = sample_rows()
    folder = tmp_path_factory.mktemp("days")
    early = [r for r in rows if r["ordered_at"] < "2024-11" and not is_late(r)]
    later = [r for r in rows if r["ordered_at"] < "2024-12-20" and not is_late(r)]
    first = build_from(folder / "first", early, as_of_date="2024-10-31")
    shutil.copytree(folder / "first", folder / "later", symlinks=True)
    return {"first": first, "later": build_from(folder / "later", later, refit="never")}


@pytest.fixture(scope="module")
def days(two_days) -> dict[str, Build]:
    """A third day, late and corrected rows: over the tables of before, and anew."""
    rows = [corrected(row) for row in sample_rows()]
    later = two_days["later"].home
    whole, scratch = later.with_name("whole"), later.with_name("scratch")
    for home in (whole, scratch):
        shutil.copytree(later, home, symlinks=True)
    # The published model stays; every table is made anew.
    (scratch / "build.duckdb").unlink()
    return {
        **two_days,
        "whole": build_from(whole, rows, refit="never", **NO_MOVEMENT),
        "scratch": build_from(scratch, rows, refit="never"),
    }


def test_later_orders_leave_the_past_as_it_was(two_days):
    past = (
        "select as_of_date, customer_id, segment_id, rfm_group, r_score, f_score, "
        "m_score, is_held, confidence from segment_history "
        "where as_of_date <= '2024-10-31' "
        "order by all"
    )
    before, after = (two_days[name].query(past) for name in ("first", "later"))
    assert before == after
    assert len(before) > 500


def test_later_orders_move_customers_but_not_by_model_or_data(two_days):
    causes = dict(
        two_days["later"].query(
            "select cause, sum(customer_count) from segment_movements "
            "where compared_with = 'last_publication' group by cause"
        )
    )
    assert set(causes) <= {"acted", "time", "settling"}
    assert causes


@pytest.mark.slow
def test_day_by_day_is_the_same_as_from_scratch(days):
    assert differing_tables(days["whole"].home, days["scratch"].home) == []


@pytest.mark.slow
def test_late_and_corrected_rows_are_a_cause_of_their_own(days):
    causes = dict(
        days["whole"].query(
            "select cause, sum(customer_count) from segment_movements "
            "where compared_with = 'last_publication' group by cause"
        )
    )
    assert causes.get("data", 0) > 0
    assert "model" not in causes


@pytest.mark.slow
def test_a_breach_warns(days):
    """The build was published all the same: the tests above look at it."""
    for rail in ("churn", "segment_sizes", "drift"):
        assert f"Warning in test guard_rail_{rail} " in days["whole"].output, rail


@pytest.mark.slow
@pytest.mark.parametrize("rails", [("drift",), ("churn", "segment_sizes")])
def test_a_breach_stops_the_build_if_it_should(days, tmp_path, rails):
    home = tmp_path / "home"
    shutil.copytree(days["later"].home, home, symlinks=True)
    release = (home / "published").resolve()
    limits = {**NO_MOVEMENT, "guard_rail_severity": "error"}
    if "drift" not in rails:
        # Nothing is built on a decision that breaches: no movement would be known.
        limits["guard_rail_drift"] = 1
    rows = [corrected(row) for row in sample_rows()]
    build = build_from(home, rows, is_published=False, refit="never", **limits)
    for rail in rails:
        assert f"Failure in test guard_rail_{rail} " in build.output, rail
    assert (home / "published").resolve() == release


@pytest.mark.slow
def test_a_kept_model_that_lost_a_segment_is_published_with_a_warning(days, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(days["later"].home, home, symlinks=True)
    placed = days["later"].query(
        "select customer_id, segment_id from customer_segments"
    )
    gone = days["later"].value(
        "select segment_id from segments where is_clustered "
        "order by customer_count limit 1"
    )
    lost = {customer for customer, segment in placed if segment == gone}
    rows = [row for row in sample_rows() if row["customer_id"] not in lost]
    build = build_from(home, rows, refit="never", as_of_date=last_day(days["later"]))
    assert "Warning in test no_segment_is_too_small " in build.output
    assert (
        build.value(f"select customer_count from segments where segment_id = '{gone}'")
        == 0
    )
    name = build.value(f"select segment_name from segments where segment_id = '{gone}'")
    assert name in (build.published / "report.html").read_text(encoding="utf-8")


def last_day(build: Build) -> str:
    return str(build.value("select max(as_of_date) from customer_segments"))


@pytest.mark.slow
def test_causes_of_a_date_add_up_to_its_moves(days):
    moved = days["whole"].query(
        """
        with history as (
            select *, lag(segment_id) over (
                partition by customer_id order by as_of_date
            ) as before
            from segment_history
        )
        select as_of_date, count(*) from history
        where before <> segment_id group by as_of_date order by as_of_date
        """
    )
    explained = days["whole"].query(
        "select month, sum(customer_count) from segment_movements "
        "where compared_with = 'last_date' group by month order by month"
    )
    assert moved == explained


@pytest.mark.slow
def test_a_full_refresh_keeps_model_and_registry(days):
    home = days["whole"].home
    registry = days["whole"].query("from segment_registry order by all")
    version = days["whole"].value("select any_value(model_version) from model_segments")
    rows = [corrected(row) for row in sample_rows()]
    again = build_from(home, rows, refit="never", options=("--full-refresh",))
    assert again.query("from segment_registry order by all") == registry
    assert again.value("select any_value(model_version) from model_segments") == version


@pytest.mark.slow
def test_another_number_of_segments_is_a_refit_that_says_so(days):
    home = days["scratch"].home
    before = {
        name for (name,) in days["scratch"].query("select segment_id from segments")
    }
    build = build_from(home, sample_rows(), segment_count=3)
    detail = build.value(
        "select detail from data_quality where check_name = 'refit_decision'"
    )
    assert 'segment_count was "auto", is 3' in detail
    events = dict(
        build.query(
            "select event, count(*) from segment_registry where model_version = "
            "(select any_value(model_version) from model_segments) group by event"
        )
    )
    assert events.get("kept", 0) >= 1
    assert set(events) <= {"kept", "split", "merged", "born", "retired"}
    now = {name for (name,) in build.query("select segment_id from model_segments")}
    assert before & now


@pytest.mark.slow
def test_another_business_begins_a_new_registry(days, tmp_path):
    home = tmp_path / "other"
    shutil.copytree(days["first"].home, home, symlinks=True)
    strangers = [
        {**row, "customer_id": "X" + row["customer_id"]} for row in sample_rows()
    ]
    build = build_from(home, strangers)
    detail = build.value(
        "select detail from data_quality where check_name = 'refit_decision'"
    )
    assert "new registry" in detail
    assert set(build.query("select distinct event from segment_registry")) == {
        ("born",)
    }


@pytest.mark.slow
def test_a_date_is_made_again_only_when_what_it_is_made_of_changed(
    sample_build, tmp_path
):
    home = tmp_path / "home"
    shutil.copytree(sample_build.home, home, symlinks=True)

    def marked(change: str = "") -> list[tuple]:
        with duckdb.connect(str(home / "build.duckdb")) as connection:
            if change:
                connection.execute(change)
            return connection.execute(
                "select as_of_date, count(*) filter (where margin = -1), count(*) "
                "from int_segment_history group by as_of_date order by as_of_date"
            ).fetchall()

    def run(*models: str, **variables) -> None:
        build = run_dbt(
            home=home,
            command="run",
            variables={"transactions": "sample", **variables},
            options=("--select", *models),
        )
        assert build.exit_code == 0, build.output

    dates = marked("update int_segment_history set margin = -1")
    run("int_segment_history")
    assert marked() == dates
    # The newest date is another: it alone is made again.
    marked(
        "update int_history_dates set fingerprint = 'another day'"
        " where as_of_date = (select max(as_of_date) from int_history_dates)"
    )
    run("int_segment_history")
    assert marked() == [*dates[:-1], (dates[-1][0], 0, dates[-1][2])]
    # Another setting may change any date.
    run(*DATED, "int_segment_history", recent_window_months=4)
    assert marked() == [(date, 0, rows) for date, _, rows in dates]


def test_customers_in_several_parts_have_the_same_history(sample_build, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(sample_build.home, home, symlinks=True)
    path = "models/intermediate/over_time/int_segment_history.sql"
    text = (REPOSITORY / path).read_text(encoding="utf-8")
    kind = "materialized='date_by_date',"
    assert text.count(kind) == 1

    def rows() -> list[tuple]:
        with duckdb.connect(str(home / "build.duckdb"), read_only=True) as connection:
            return connection.execute(
                "select * exclude (fingerprint) from int_segment_history order by all"
            ).fetchall()

    at_once = rows()
    build = run_dbt(
        home=home,
        command="run",
        variables={"transactions": "sample"},
        options=("--select", "int_segment_history", "--full-refresh"),
        project=project_with(
            tmp_path / "project",
            {path: text.replace(kind, f"{kind} customers_at_once=50,")},
        ),
    )
    assert build.exit_code == 0, build.output
    assert "set variable customer_part = 2" in (home / "logs" / "dbt.log").read_text(
        encoding="utf-8"
    )
    assert rows() == at_once
