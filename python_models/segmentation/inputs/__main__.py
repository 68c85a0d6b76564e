"""`make check`: judge a bounded sample of the input and say what to set.

Runs the staging models over the first rows, in a database of its own that is thrown
away, and prints what they found. Nothing published is touched. The exit code is 0 where
nothing is open, 2 where something is asked, 1 where the input is refused.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import yaml

from .files.postgres import ROWS_VARIABLE
from .problem import InputProblem
from .report import PASTED

# Rows judged: enough to see how values are written, few enough for ten seconds.
CHECK_ROWS = 50_000
REFUSED, ASKED = 1, 2

NOISE = re.compile(
    r"\s*(Encountered an error:|Compilation Error in |Failure in |\d+ of \d+ ERROR "
    r"|> in macro|> called by)"
)

SUMMARY = """
select
    count(*) as rows_accepted,
    count(distinct customer_id) as customers,
    min(ordered_date) as first_day,
    max(ordered_date) as last_day,
    sum(net_amount) as money
from stg_transactions
"""
# As int_control_totals does: an order of which nothing is left is none.
BOOKS = """
select
    sum(net),
    count(*) filter (where net > 0),
    count(distinct customer_id) filter (where net > 0),
    min(first_day),
    max(last_day)
from (
    select
        customer_id,
        order_id,
        sum(net_amount) as net,
        min(ordered_date) as first_day,
        max(ordered_date) as last_day
    from stg_transactions
    group by customer_id, order_id
)
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the check; return 0, 1 or 2."""
    parser = argparse.ArgumentParser(prog="make check", description=__doc__)
    parser.add_argument("--vars", default="{}", help="as for dbt build")
    parser.add_argument("--rows", type=int, default=CHECK_ROWS)
    parser.add_argument("--write", help="file that the settings are written to")
    given = parser.parse_args(arguments)
    try:
        variables = read_vars(given.vars)
    except InputProblem as problem:
        print(problem)
        return REFUSED
    asked = {**variables, "check_rows": given.rows}
    with tempfile.TemporaryDirectory() as home:
        with contextlib.closing(Staging(given.rows)) as staging:
            folder = Path(home) / "as_given"
            output, is_built = staging.build(asked, folder)
            said, found, pasted = output.partition(f"\n{PASTED}\n")
            settings = yaml.safe_load(pasted.split("\n\n")[0]) if found else {}
            if is_built and set(settings) - set(variables) - {
                "transactions", "transaction_columns", "open_questions", "confirmed",
            }:  # fmt: skip
                # Once more with all that is proposed: the sums are those of the build.
                folder = Path(home) / "as_proposed"
                output, is_built = staging.build(
                    {**asked, **settings, "open_questions": []}, folder
                )
        if not is_built:
            text = output.partition(f"\n{PASTED}\n")
            print(message_of("\n".join(text[0:1] + text[2:]) if found else output))
            return REFUSED
        print(said.strip())
        print()
        print(findings(folder / "build.duckdb", rows=given.rows))
        if found:
            print(f"\n{PASTED}")
            print(with_other_vars(pasted.split("\n\n")[0], variables))
        if found and given.write:
            Path(given.write).write_text(
                with_other_vars(pasted.split("\n\n")[0], variables), encoding="utf-8"
            )
            print(f"# Written to {given.write}: {next_step(settings, given.write)}")
        # A comment: the whole of it can be saved as a file of vars.
        print(f"# {books_sentence(folder / 'build.duckdb', rows=given.rows)}")
    return ASKED if settings.get("open_questions") else 0


def next_step(settings: dict, path: str) -> str:
    """Return what to do with a file of settings."""
    build = f"run make build VARS={path}"
    left = settings.get("open_questions")
    return f"answer what is marked QUESTION in it, then {build}" if left else build


def with_other_vars(text: str, variables: dict) -> str:
    """Return settings completed by the vars that were given besides."""
    settings = yaml.safe_load(text)
    others = {name: value for name, value in variables.items() if name not in settings}
    added = (
        yaml.safe_dump(others, sort_keys=False, allow_unicode=True) if others else ""
    )
    return text.rstrip() + "\n" + added


def read_vars(text: str) -> dict:
    """Return the vars as dbt reads them.

    Raises
    ------
    InputProblem
        If the text is no mapping in YAML.
    """
    try:
        variables = yaml.safe_load(text) or {}
        found = f"{variables!r}"
    except yaml.YAMLError as error:
        variables, found = None, " ".join(str(error).split())
    if not isinstance(variables, dict):
        raise InputProblem(
            "The text after --vars cannot be read.",
            wanted="a mapping in YAML, such as {transactions: orders.csv}",
            found=found,
            next_step="close every bracket and quote, put a blank after each colon, or "
            'keep the vars in a file: --vars "$(cat examples/your_orders.yml)"',
        )
    return variables


class Staging:
    """A process that builds the staging models over the first rows, as often as asked.

    dbt reads the project once in it, which takes longer than both builds.
    """

    def __init__(self, rows: int):
        package = str(Path(__file__).parents[2])
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([package, os.environ.get("PYTHONPATH", "")]),
            # Of a table in PostgreSQL no more rows are fetched.
            ROWS_VARIABLE: str(rows),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "segmentation.engines.staging"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def build(self, variables: dict, folder: Path) -> tuple[str, bool]:
        """Build into a new folder; return what dbt said, and whether it built."""
        asked = {"variables": variables, "folder": str(folder)}
        self._process.stdin.write(json.dumps(asked, default=str) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            return "dbt ended before it was done: its message is above.", False
        said = json.loads(answer)
        return said["output"], said["is_built"]

    def close(self) -> None:
        """End the process, which lets go of its databases."""
        self._process.communicate()


def message_of(output: str) -> str:
    """Return what dbt said without times, and without where in dbt it was said."""
    lines = [
        line[10:] if line[2:3] == ":" and line[5:6] == ":" else line
        for line in output.splitlines()
    ]
    return "\n".join(line for line in lines if not NOISE.match(line)).strip()


def _totals(database: Path) -> tuple:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(SUMMARY).fetchall()[0]


def findings(database: Path, *, rows: int) -> str:
    """Return what the sample holds, and the share of rows left out and why."""
    accepted, customers, first, last, money = _totals(database)
    with duckdb.connect(str(database), read_only=True) as connection:
        checks = connection.execute(
            "select check_name, rows_checked, rows_failed, verdict, detail "
            "from int_input_quality"
        ).fetchall()
    total, left_out = checks[0][1], checks[0][2]
    sample = f"the first {total:,} rows" if total >= rows else f"all {total:,} rows"
    lines = [
        f"looked at {sample}: {accepted:,} accepted, {left_out:,} left out "
        f"({left_out / max(total, 1):.1%})",
        # A table of customers alone has no days and no money.
        f"{customers:,} customers, {first} to {last}, {money:,} in all"
        if customers
        else "",
        "",
    ]
    for name, checked, failed, verdict, detail in checks[1:]:
        share = f"{failed / checked:.1%}" if failed and checked else ""
        lines.append(f"{verdict:<5}{name:<32}{failed or '':>9}{share:>8}  {detail}")
    return "\n".join(lines)


def books_sentence(database: Path, *, rows: int) -> str:
    """Return the sums in one sentence, to hold against one's books."""
    with duckdb.connect(str(database), read_only=True) as connection:
        ((money, orders, customers, first, last),) = connection.execute(
            BOOKS
        ).fetchall()
        if not customers:
            return ""
        ((total,),) = connection.execute(
            "select rows_checked from int_input_quality limit 1"
        ).fetchall()
    said = (
        f"{money:,} revenue in {orders:,} orders of {customers:,} customers, {first} "
        f"to {last}"
    )
    if total < rows:
        return f"Hold against your books: {said} (this source)."
    return (
        f"The first {total:,} rows alone: {said}. The build says it of all rows, to "
        "hold against your books."
    )


if __name__ == "__main__":
    sys.exit(main())
