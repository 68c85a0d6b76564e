"""`make check`: judge a bounded sample of the input and say what to set.

Runs the staging models over the first rows, in a database of its own that is thrown
away, and prints what they found. Nothing published is touched.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import yaml

from .problem import InputProblem
from .report import PASTED

# Rows judged: enough to see how values are written, few enough for ten seconds.
CHECK_ROWS = 50_000

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


def main(arguments: list[str] | None = None) -> int:
    """Run the check; return dbt's exit code."""
    parser = argparse.ArgumentParser(prog="make check", description=__doc__)
    parser.add_argument("--vars", default="{}", help="as for dbt build")
    parser.add_argument("--rows", type=int, default=CHECK_ROWS)
    given = parser.parse_args(arguments)
    try:
        variables = read_vars(given.vars)
    except InputProblem as problem:
        print(problem)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        done = run_dbt({**variables, "check_rows": given.rows}, folder)
        if done.returncode != 0:
            print(message_of(done.stdout))
            return done.returncode
        columns, _, pasted = done.stdout.partition(PASTED)
        print(columns.strip())
        print()
        print(findings(Path(folder) / "build.duckdb", rows=given.rows))
        if pasted:
            # With what was said already: the whole can be saved as a file of vars.
            complete = {**variables, **yaml.safe_load(pasted)}
            print(f"\n{PASTED}")
            print(yaml.safe_dump(complete, sort_keys=False, allow_unicode=True))
    return 0


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


def run_dbt(variables: dict, folder: str) -> subprocess.CompletedProcess:
    """Build the staging models over the first rows, in `folder`."""
    command = [
        str(Path(sys.executable).with_name("dbt")),
        "--quiet",
        "--no-use-colors",
        "--no-write-json",
        "--no-partial-parse",
        "build",
        "--select",
        "+int_input_quality",
        "stg_transactions",
        "--exclude-resource-type",
        "test",
        "unit_test",
        "--target-path",
        folder,
        "--log-path",
        folder,
        "--vars",
        json.dumps(variables, default=str),
    ]
    environment = {**os.environ, "SEGMENTATION_HOME": folder}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )


def message_of(output: str) -> str:
    """Return what dbt said without times, and without where in dbt it was said."""
    lines = [
        line[10:] if line[2:3] == ":" and line[5:6] == ":" else line
        for line in output.splitlines()
    ]
    return "\n".join(line for line in lines if not NOISE.match(line)).strip()


def findings(database: Path, *, rows: int) -> str:
    """Return what the sample holds, and the share of rows left out and why."""
    with duckdb.connect(str(database), read_only=True) as connection:
        accepted, customers, first, last, money = connection.execute(
            SUMMARY
        ).fetchall()[0]
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


if __name__ == "__main__":
    sys.exit(main())
