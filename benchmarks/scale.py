"""How fast, and how much memory: `dbt build` against a scan, pandas and polars.

    python benchmarks/scale.py 10000000 /tmp/benchmark --repeats 3

Each contender is a process of its own; they take turns, so that a busy machine slows
all of them. Printed are medians of wall time, CPU time and peak memory, each also as a
ratio to the scan (the columns the features need, read once and not grouped).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from generate import generate

HERE = Path(__file__).resolve().parent
SCAN = """
select
    sum(customer_id), sum(order_id), max(ordered_at), min(category), sum(amount),
    sum(quantity), sum(discount), min(channel)
from read_parquet('{files}')
"""
# `dbt build` of all models and tests from nothing; `features` is the part of it that
# the notebook's features stand against: no history, no tests.
FEATURE_MODELS = "+int_customer_features"


def python(*arguments: str) -> list[str]:
    """Return a command that runs this environment's Python."""
    return [sys.executable, *arguments]


def commands(*, files: str, folder: Path, home: Path, counts: str) -> dict:
    """Return each contender's command."""
    scan = SCAN.format(files=files).replace("\n", " ")
    dbt = [str(Path(sys.executable).with_name("dbt"))]
    paths = ["--target-path", str(home / "target"), "--log-path", str(home / "logs")]
    variables = {"transactions": files}
    newest = {**variables, "history_months": 0}
    return {
        "scan": python("-c", f'import duckdb; duckdb.sql("""{scan}""").fetchall()'),
        "polars, features": python(
            str(HERE / "notebook.py"), "polars", str(folder)
        ),
        "pandas, features and k-means": python(
            str(HERE / "notebook.py"), "pandas", str(folder), counts
        ),
        "dbt, features": [
            *dbt, "build", "--select", FEATURE_MODELS, *paths,
            "--exclude-resource-type", "test", "unit_test",
            "--vars", json.dumps(newest),
        ],
        "dbt build": [*dbt, "build", *paths, "--vars", json.dumps(variables)],
    }  # fmt: skip


def measure(command: list[str], *, home: Path) -> dict[str, float]:
    """Run a command; return wall and CPU seconds and peak memory in GB.

    Raises
    ------
    RuntimeError
        If it fails, with the end of what it said.
    """
    environment = {
        **os.environ,
        "SEGMENTATION_HOME": str(home),
        "PYTHONPATH": "python_models",
    }
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = os.posix_spawn(
            command[0],
            command,
            environment,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, output.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, output.fileno(), 2),
            ],
        )
        _, status, usage = os.wait4(process, 0)
        wall = time.perf_counter() - began
        if status:
            output.seek(0)
            said = output.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"{command[:3]} ended with {status}: {said}")
    return {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss / 1e6,
    }


def slowest_models(home: Path, most: int = 12) -> list[tuple[str, float]]:
    """Return the slowest nodes of the last build and their wall time in seconds."""
    results = json.loads((home / "target" / "run_results.json").read_text())
    times = [
        (row["unique_id"].split(".")[2], row["execution_time"])
        for row in results["results"]
    ]
    return sorted(times, key=lambda row: -row[1])[:most]


def table(runs: dict[str, list[dict[str, float]]]) -> str:
    """Return medians and ratios to the scan as a Markdown table."""
    found = [
        "| what | wall s | CPU s | x scan CPU | peak GB |",
        "|---|---|---|---|---|",
    ]
    medians = {
        name: {key: statistics.median(run[key] for run in all_runs) for key in run}
        for name, all_runs in runs.items()
        for run in all_runs[:1]
    }
    scan = medians.get("scan", {"cpu": float("nan")})
    for name, median in medians.items():
        found.append(
            f"| {name} | {median['wall']:.1f} | {median['cpu']:.1f} "
            f"| {median['cpu'] / scan['cpu']:.0f} | {median['memory']:.2f} |"
        )
    return "\n".join(found)


def main(given: list[str] | None = None) -> None:
    """Read the command line, take turns, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lines", type=int)
    parser.add_argument("folder", type=Path, help="for data and builds")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--segment-counts", default="3,4,5,6,7,8")
    parser.add_argument("--only", nargs="*", help="contenders, all if not given")
    asked = parser.parse_args(given)
    folder = asked.folder.resolve() / f"lines-{asked.lines}"
    home = asked.folder.resolve() / "home"
    generate(asked.lines, folder)
    os.chdir(HERE.parent)
    contenders = commands(
        files=f"{folder}/*/*.parquet",
        folder=folder,
        home=home,
        counts=asked.segment_counts,
    )
    runs: dict[str, list[dict[str, float]]] = {}
    for _ in range(asked.repeats):
        for name, command in contenders.items():
            if asked.only and name not in asked.only:
                continue
            if name.startswith("polars") and find_spec("polars") is None:
                continue  # not a dependency: pip install polars
            shutil.rmtree(home, ignore_errors=True)
            run = measure(command, home=home)
            runs.setdefault(name, []).append(run)
            print(name, {key: round(value, 2) for key, value in run.items()})
            sys.stdout.flush()
    print(table(runs))
    if "dbt build" in runs:
        for name, seconds in slowest_models(home):
            print(f"{seconds:8.1f}  {name}")


if __name__ == "__main__":
    main()
