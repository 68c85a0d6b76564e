"""Day after day against once from scratch, while the source changes in every way.

By hand: `python tests/python/helpers/day_by_day.py`. One home is built step by step,
each build going on with the tables of the one before. After every step a second home,
which has the same release before it and no tables, is built once. Both must hold the
same rows in every table, published, intermediate and fitted; left out is only
`publications`, which tells of the build itself. Before a refit a third home has the
first release only: there what does not compare with the publication before is the same
too.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd

from dbt_builds import REPOSITORY, dbt_command, project_with, run_dbt
from sample_shop import SEED_FILE

Row = dict[str, str]

# The moment of a build and its number.
TELLS_OF_THE_BUILD = {"publications"}
# What also compares with the publication before.
COMPARES = {
    *TELLS_OF_THE_BUILD, "data_quality", "segment_movements", "segment_registry",
    "fitted_registry", "int_input_quality", "int_movement_steps", "int_time_quality",
    "refit_decision", "published_customers", "int_publication_facts",
}  # fmt: skip
# The first fit only: no later build depends on how well it was looked for.
QUICK = {"segment_count": 3, "resample_count": 2}
# What is attacked is not the gates.
OPEN = {
    "refit": "never",
    "smallest_segment_share": 0,
    "smallest_segment_customers": 0,
    "source_rows_rise_maximum": 9,
    "source_rows_fall_maximum": 1,
}


@dataclass(frozen=True)
class Step:
    """What happens to the source or the settings before a build.

    Attributes
    ----------
    name
        What happened, in words.
    change
        From the rows of the step before to those of this one.
    variables
        Set from this step on; None takes the project's own again.
    ending
        'built', or how the build ends: 'killed' at some moment, 'refused' by a test.
        The source of such a build is forgotten: the next step goes on from before it.
    """

    name: str
    change: Callable[[list[Row]], list[Row]] = list
    variables: Mapping[str, object] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    seeds: Mapping[str, str] = field(default_factory=dict)
    suffix: str = "csv"
    ending: str = "built"


def shop() -> list[Row]:
    """The sample, and before it the same customers' orders of three years earlier."""
    with SEED_FILE.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    earlier = [
        {
            **row,
            "order_id": "old-" + row["order_id"],
            "ordered_at": f"{int(row['ordered_at'][:4]) - 3}{row['ordered_at'][4:]}",
        }
        for row in rows
        if row["ordered_at"].startswith(("2023-0", "2023-1"))
        and row["customer_id"] < "060"
        and not row["ordered_at"].startswith("2024-02-29")
    ]
    return earlier + rows


WHOLE = shop()


def until(day: str) -> Callable[[list[Row]], list[Row]]:
    """Rows of later days arrive; what was changed before stays as it is."""

    def arrive(rows: list[Row]) -> list[Row]:
        newest = max(row["ordered_at"] for row in rows if row["ordered_at"] < "2025")
        return rows + [row for row in WHOLE if newest < row["ordered_at"] < day]

    return arrive


def each(where: Callable[[Row], bool], **values) -> Callable[[list[Row]], list[Row]]:
    """Correct the rows that a condition holds for; a value may depend on the row."""

    def corrected(row: Row) -> Row:
        if not where(row):
            return row
        return row | {
            name: value(row) if callable(value) else value
            for name, value in values.items()
        }

    return lambda rows: [corrected(row) for row in rows]


def without(where: Callable[[Row], bool]) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: [row for row in rows if not where(row)]


def in_month(month: str) -> Callable[[Row], bool]:
    return lambda row: row["ordered_at"].startswith(month)


def of_customer(*ids: str) -> Callable[[Row], bool]:
    return lambda row: row["customer_id"] in ids


def late_refunds(rows: list[Row]) -> list[Row]:
    """In August, money back for spring: under the old order's id, and under its own."""
    spring = [
        row
        for row in rows
        if row["ordered_at"][:7] in ("2024-03", "2024-04")
        and row["customer_id"] < "060"
    ]
    same_id, own_id = spring[::6], spring[1::6]
    back = {"quantity": "-1", "status": "returned"}
    refunds = [
        row
        | back
        | {"ordered_at": day, "amount": "-" + row["amount"], "order_id": order}
        for lines, day, prefix in (
            (same_id, "2024-08-20 10:00:00", ""),
            (own_id, "2024-08-21 10:00:00", "R"),
        )
        for row in lines
        if not row["amount"].startswith("-")
        for order in [prefix + row["order_id"]]
    ]
    return rows + refunds


def grid_renamed() -> Mapping[str, str]:
    text = (REPOSITORY / "seeds" / "rfm_grid.csv").read_text(encoding="utf-8")
    return {"seeds/rfm_grid.csv": text.replace("Champions", "Loyal")}


def one_erased() -> Mapping[str, str]:
    digest = hashlib.sha256(b"salt" + b"003").hexdigest()
    return {"seeds/erased_customers.csv": f"customer_digest,salt\n{digest},salt\n"}


def tenfold(row: Row) -> str:
    return str(10 * float(row["amount"]))


ANOTHER_SOURCE = without(lambda row: row["ordered_at"][:4] == "2023")


def one_after_another(*changes) -> Callable[[list[Row]], list[Row]]:
    """Several changes in one step."""

    def change(rows: list[Row]) -> list[Row]:
        for one in changes:
            rows = one(rows)
        return rows

    return change


STEPS = [
    Step("the first build", list, QUICK),
    Step("half a year earlier", without(lambda row: row["ordered_at"] >= "2024-07")),
    Step("a day in the middle of a month", until("2024-07-20")),
    Step(
        "to a month end; late refunds, dates and duplicates",
        one_after_another(
            until("2024-09"),
            late_refunds,
            each(
                lambda row: row["order_id"] in ("001-03", "035-02", "095-01"),
                ordered_at="2024-01-31 23:30:00",
            ),
            each(
                lambda row: row["order_id"] == "old-005-01",
                ordered_at="2020-01-05 09:00:00",
            ),
            lambda rows: rows + rows[40:120:3],
        ),
    ),
    Step(
        "months deleted, customers removed and corrected, old amounts corrected",
        one_after_another(
            without(in_month("2024-02")),
            without(in_month("2020-11")),
            without(of_customer("002", "040", "077")),
            each(of_customer("012"), customer_id="013"),
            each(of_customer("020"), customer_id="ZZ20"),
            each(in_month("2020-09"), amount=tenfold),
        ),
    ),
    Step("another time zone", list, {"time_zone": "America/Los_Angeles"}),
    Step("an earlier day", list, {"as_of_date": "2024-05-15"}),
    Step(
        "the newest day, later rows, a short history, duplicates dropped",
        until("2024-11"),
        {"as_of_date": None, "history_months": 6, "drop_exact_duplicates": True},
    ),
    Step(
        "a long history in a full refresh, to a day after the last order",
        without(of_customer("101")),
        {"history_months": 60, "as_of_date": "2024-12-15"},
        options=("--full-refresh",),
    ),
    Step("killed", ANOTHER_SOURCE, {"as_of_date": None}, ending="killed"),
    Step("killed again", without(in_month("2024-08")), ending="killed"),
    Step("after two kills, as before", list, {"as_of_date": None}),
    Step(
        "refused by a test",
        each(in_month("2023-09"), amount=tenfold),
        {"refit": "always", "smallest_segment_share": 0.99},
        ending="refused",
    ),
    Step(
        "after a refusal, a late row and fewer columns",
        lambda rows: [
            *rows,
            rows[9] | {"ordered_at": "2023-09-30 12:00:00", "order_id": "late"},
        ],
        {"transaction_columns": {"category": None, "discount": None, "channel": None}},
    ),
    Step(
        "all columns again, a category before all others, another commonest channel",
        one_after_another(
            each(in_month("2020-08"), category="a new one"),
            each(lambda row: row["channel"] == "web", channel="kiosk"),
        ),
        {"transaction_columns": {}},
    ),
    Step(
        "other windows, bands, grid",
        list,
        {
            "feature_window_months": 12,
            "rfm_window_months": 18,
            "frequency_bands": [1, 3, 5, 9],
            "recent_window_months": 4,
            "cancelled_lines": "leave_out",
        },
        seeds=grid_renamed(),
    ),
    Step(
        "the windows of before, one erased",
        list,
        {
            "feature_window_months": 24,
            "rfm_window_months": None,
            "frequency_bands": [1, 2, 4, 8],
            "recent_window_months": 3,
            "cancelled_lines": "net",
        },
        seeds=one_erased(),
    ),
    Step(
        "typed columns in a file of another kind, history begins later",
        without(lambda row: row["ordered_at"] < "2022"),
        suffix="parquet",
    ),
    Step("a refit", until("2024-12"), {"refit": "always"}),
    Step("the refitted model kept", until("2025"), {"refit": "never"}),
]


def write_source(path: Path, rows: list[Row]) -> None:
    """Write the rows as text, or with timestamps and doubles."""
    frame = pd.DataFrame(rows)
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
        return
    frame["ordered_at"] = pd.to_datetime(frame["ordered_at"], errors="coerce")
    frame["amount"] = pd.to_numeric(frame["amount"], errors="coerce")
    frame.to_parquet(path, index=False)


def tables_of(home: Path) -> dict[str, tuple[list[str], list[tuple]]]:
    """Columns and sorted rows of every table that a home's build and release hold."""
    found = {}
    for prefix, path in (
        ("build.", home / "build.duckdb"),
        ("", home / "published" / "segments.duckdb"),
    ):
        with duckdb.connect(str(path), read_only=True) as connection:
            names = connection.execute(
                "select schema_name, table_name from duckdb_tables()"
            ).fetchall()
            for schema, name in names:
                table = f'"{schema}"."{name}"'
                columns = [
                    column
                    for (column, *_) in connection.execute(
                        f"describe {table}"
                    ).fetchall()
                ]
                listed = ", ".join(f'"{column}"' for column in sorted(columns))
                rows = connection.execute(
                    f"select {listed} from {table} order by all"
                ).fetchall()
                found[prefix + name] = sorted(columns), rows
    return found


def differences(one: Path, two: Path, *, left_out: set[str]) -> list[str]:
    """What is not the same in the tables of two homes, in words."""
    first, second = tables_of(one), tables_of(two)
    said = [f"only in one: {name}" for name in sorted(set(first) ^ set(second))]
    for name in sorted(set(first) & set(second)):
        if name.removeprefix("build.") in left_out or first[name] == second[name]:
            continue
        (columns, rows), (other_columns, other_rows) = first[name], second[name]
        if columns != other_columns:
            said.append(f"{name}: columns {set(columns) ^ set(other_columns)}")
            continue
        mine, theirs = set(map(repr, rows)), set(map(repr, other_rows))
        example = [*sorted(mine - theirs)[:1], *sorted(theirs - mine)[:1]]
        said.append(
            f"{name}: {len(rows)} and {len(other_rows)} rows, {len(mine - theirs)} and "
            f"{len(theirs - mine)} not in the other: {columns} {example}"
        )
    return said


def with_release_of(home: Path, scratch: Path) -> Path:
    """A home that has the releases of another and no tables."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    if (home / "published").exists():
        shutil.copytree(home / "releases", scratch / "releases", symlinks=True)
        (scratch / "published").symlink_to((home / "published").readlink())
    return scratch


def killed(home: Path, *, variables, options, project: Path, seconds: float) -> int:
    """Kill a build of `home` after some seconds; its exit code."""
    process = subprocess.Popen(
        dbt_command(home=home, variables=variables, options=options),
        cwd=project,
        env={**os.environ, "SEGMENTATION_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(seconds)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait(timeout=60)


def walk(folder: Path, steps: list[Step], *, seed: int = 0) -> dict[str, list[str]]:
    """Take the steps; return what differs from scratch after each, by its name."""
    chance = random.Random(seed)
    home, scratch, first = (folder / name for name in ("home", "scratch", "first"))
    home.mkdir(parents=True)
    rows, variables, seconds = WHOLE, dict(OPEN), 15.0
    found: dict[str, list[str]] = {}
    built: dict = {}
    for number, step in enumerate(steps):
        if built and step.variables.get("refit") == "always":
            # The last build with the first model.
            found["with the first release only"] = compared(
                home, first, built, left_out=COMPARES
            )
            print(*list(found.items())[-1], flush=True)
        now = step.change(rows)
        settings = variables | dict(step.variables)
        path = folder / f"orders.{step.suffix}"
        write_source(path, now)
        project = REPOSITORY
        if step.seeds:
            project = project_with(folder / f"project{number}", step.seeds)
        call = {
            "variables": {**settings, "transactions": str(path)},
            "options": step.options,
            "project": project,
        }
        if step.ending == "killed":
            code = killed(home, **call, seconds=chance.uniform(0.3, 0.9) * seconds)
            print(f"{number} {step.name}: exit code {code}", flush=True)
            continue
        before = with_release_of(home, scratch)
        began = time.monotonic()
        build = run_dbt(home=home, **call)
        seconds = time.monotonic() - began
        if step.ending == "refused":
            assert build.exit_code, f"{step.name}: not refused"
            print(f"{number} {step.name}: refused", flush=True)
            continue
        rows, variables, built = now, settings, call
        found[step.name] = (
            [f"the build failed: {failures(build.output)}"]
            if build.exit_code
            else compared(home, before, call, left_out=TELLS_OF_THE_BUILD)
        )
        print(number, step.name, found[step.name] or "the same", flush=True)
        if not number:
            with_release_of(home, first)
    return found


def failures(output: str) -> str:
    """The part of dbt's output that says what went wrong."""
    return output[output.find("Completed with") :][:1500]


def compared(home: Path, scratch: Path, call: Mapping, *, left_out) -> list[str]:
    """Build in a home without tables what is built in the other; what differs."""
    again = run_dbt(home=scratch, **call)
    if again.exit_code:
        return [f"from scratch it failed: {failures(again.output)}"]
    return differences(home, scratch, left_out=left_out)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0, help="of the moments of kills")
    parser.add_argument("--first", type=int, help="take the first so many steps only")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = walk(
            Path(folder) / "shop", STEPS[: arguments.first], seed=arguments.seed
        )
    wrong = {name: said for name, said in found.items() if said}
    print(f"{len(found)} comparisons, {len(wrong)} with differences")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
