"""How fast, and how much memory: one command for every figure of the README's "Scale".

    python benchmarks/scale.py /tmp/benchmark --against ../before --polars-python PYTHON
    python benchmarks/scale.py /tmp/benchmark --lines 1000000 --only scan build

First what has no size: the sample, the fit, threads. Then for each size a scan of the
columns that features need, `make check` of a CSV, the newest date's features by hand
(SQL, Polars), a notebook, and what `dbt build` takes for the same, for everything,
again with nothing new and with a day more; beyond ten million the scan and builds
within two memory limits. Rows are printed as they are measured, one command at a
time; a part that fails does not stop the others. Ratios to the scan are of CPU seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import statistics
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

from generate import generate
from measuring import HERE, circumstances, measure
from refresh import (
    STATE,
    add_day,
    node_seconds,
    published,
    shuffle,
    split_last_month,
)

SIZES = (1_000_000, 10_000_000, 100_000_000)
# Beyond this many lines a build is given a memory limit, and only some parts are run.
LARGE = 10_000_000
LARGE_PARTS = ("scan", "build", "limit")
LARGE_LIMIT = "5GB"
SEGMENT_COUNTS = "3,4,5,6,7,8"
SCAN = """
select
    sum(customer_id), sum(order_id), max(ordered_at), min(category), sum(amount),
    sum(quantity), sum(discount), min(channel), sum(product_id)
from read_parquet('{files}')
"""
# No history, no tests, no model: what features by hand stand against.
FEATURES = ("--select", "+int_customer_features", "+int_rfm_quintiles")
UNTESTED = ("--exclude-resource-type", "test", "unit_test")
NOTEBOOK_GB = 0.28  # a million lines, in pandas
ASKED = 2  # the exit code of make check
ROUNDS = 3  # of the sample, whose builds are short
SLOWEST = 12  # nodes listed below the table
Rows = Iterator[tuple[str, dict[str, float], str]]


@dataclass(frozen=True)
class Run:
    """What is measured, where, and what the parts before have found."""

    folder: Path
    lines: int = 0
    polars: str | None = None
    against: Path | None = None
    memory_limit: str = "2GB"
    found: dict[str, dict[str, float]] = field(default_factory=dict)
    tables: dict[str, dict] = field(
        default_factory=dict
    )  # published by the first build

    @property
    def source(self) -> Path:
        """The folder of the generated lines."""
        return self.folder / f"lines-{self.lines}"

    @property
    def files(self) -> str:
        """The generated lines as DuckDB reads them."""
        return f"{self.source}/*/*.parquet"

    def home(self, name: str, *, is_new: bool = True) -> Path:
        """Return a build folder, emptied where it is to be a first build's."""
        home = self.folder / name
        if is_new:
            shutil.rmtree(home, ignore_errors=True)
        return home

    def ratio(self, took: dict[str, float], what: str, key: str = "wall") -> str:
        """Return how many times as much it took as something before; '' if unknown."""
        if what not in self.found:
            return ""
        return f"{took[key] / self.found[what][key]:.2f}"


def apart(function: Callable, *arguments: object) -> object:
    """Call a function in a process of its own: children's peaks begin at ours."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def python(*arguments: str, with_python: str = sys.executable) -> list[str]:
    """Return a command that runs this, or another, environment's Python."""
    return [with_python, *arguments]


def build(
    home: Path, *options: str, project: Path = HERE.parent, **variables: object
) -> dict[str, float]:
    """Run `dbt build` of a project into a build folder; return what it took."""
    command = [
        str(Path(sys.executable).with_name("dbt")), "build", *options,
        "--target-path", str(home / "target"), "--log-path", str(home / "logs"),
        "--vars", json.dumps(variables),
    ]  # fmt: skip
    return measure(command, home=home, project=project)


def scan(run: Run) -> Rows:
    """The columns that features need, read once and not grouped."""
    query = SCAN.format(files=run.files).replace("\n", " ")
    command = python("-c", f'import duckdb; duckdb.sql("""{query}""").fetchall()')
    yield "scan", measure(command, home=run.folder), ""


def check(run: Run) -> Rows:
    """`make check` of the same lines as CSV: it asks, and adds up what answers mean."""
    path = run.folder / f"{run.source.name}.csv"
    query = f"copy (from read_parquet('{run.files}')) to '{path}'"
    measure(python("-c", f'import duckdb; duckdb.sql("{query}")'), home=run.folder)
    given = ["--vars", json.dumps({"transactions": str(path)})]
    command = python("-m", "segmentation.inputs", *given)
    took = measure(command, home=run.folder, fine=(0, ASKED))
    yield "make check of a CSV", took, f"{path.stat().st_size / 1e6:,.0f} MB"
    path.unlink()


def by_hand(run: Run) -> Rows:
    """Features and RFM of the newest date, written by hand."""
    script = str(HERE / "by_hand.py")
    command = python(script, "duckdb", run.files)
    yield "features and RFM, SQL by hand", measure(command, home=run.folder), ""
    if run.polars:
        command = python(script, "polars", run.files, with_python=run.polars)
        yield "features and RFM, Polars", measure(command, home=run.folder), ""


def features(run: Run) -> Rows:
    """The same of a build, where every row is judged and sums are kept."""
    home = run.home("home")
    took = build(home, *FEATURES, *UNTESTED, transactions=run.files, history_months=0)
    by_sql = run.ratio(took, "features and RFM, SQL by hand", "cpu")
    note = by_sql and f"{by_sql} of the SQL by hand (CPU)"
    yield "features and RFM, dbt", took, note


def notebook(run: Run) -> Rows:
    """What a user would write, and the same with predictions and lists."""
    needed = NOTEBOOK_GB * run.lines / 1e6
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    if needed > there:
        note = f"needs about {needed:.0f} GB of memory, there are {there:.0f}"
        yield "notebook", {}, note
        return
    command = python(str(HERE / "notebook.py"), str(run.source), SEGMENT_COUNTS)
    yield "notebook", measure(command, home=run.folder), "features and k-means"
    lists = ["--lists", str(run.home("notebook-lists"))]
    note = "predicts and writes a list per segment too"
    yield "fair notebook", measure([*command, *lists], home=run.folder), note


def builds(run: Run) -> Rows:
    """Everything from nothing, and again with nothing new."""
    home = run.home("home")
    limits = {"memory_limit": LARGE_LIMIT} if run.lines > LARGE else {}
    first = build(home, transactions=run.files, **limits)
    run.tables.update(published(home))
    times, memory = (
        run.ratio(first, "fair notebook", key) for key in ("wall", "memory")
    )
    note = times and f"{times} of the fair notebook's time, {memory} of its memory"
    slowest = list(node_seconds(home).items())[:SLOWEST]
    name = f"dbt build, memory_limit {LARGE_LIMIT}" if limits else "dbt build"
    yield name, first, note
    again = build(home, transactions=run.files, **limits)
    yield "dbt build again", again, f"{again['wall'] / first['wall']:.2f} of the first"
    said = ", ".join(f"{name} {seconds:.0f}" for name, seconds in slowest)
    yield "slowest nodes of the first", {}, said


def within_limit(run: Run) -> Rows:
    """The build with less memory, its rows beside those of the build without."""
    home = run.home("home")
    took = build(home, transactions=run.files, memory_limit=run.memory_limit)
    note = difference(published(home), run.tables) if run.tables else ""
    yield f"dbt build, memory_limit {run.memory_limit}", took, note


def a_day_more(run: Run) -> Rows:
    """A refresh after a day of 0.3% of the rows, beside a build from nothing."""
    cut = run.folder / f"{run.source.name}-cut"
    day = apart(split_last_month, run.source, cut)
    home, other = run.home("refresh"), run.home("refresh-copy")
    asked = {"transactions": f"{cut}/*/*.parquet", "refit": "never"}
    first = build(home, **asked)
    before = state_seconds(home)
    yield "all days but one", first, ""
    shutil.copytree(home, other, symlinks=True)
    add_day(day, cut)
    took = build(home, **asked)
    state = state_seconds(home)
    check = node_seconds(home).get("refit_decision", 0)
    note = f"{took['wall'] / first['wall']:.3f} of the build before, state "
    note += f"{state / before:.3f} ({before:.1f} and {state:.1f} s), refit check "
    yield "a day more", took, note + f"{check:.1f} s"
    took = build(other, "--full-refresh", **asked)
    note = difference(published(home), published(other))
    yield "a day more, from nothing", took, note
    for folder in (home, other, cut):
        shutil.rmtree(folder)
    day.unlink()


def state_seconds(home: Path) -> float:
    """Return what the models that keep what was read took in the last build."""
    return sum(s for name, s in node_seconds(home).items() if name in STATE)


def difference(one: dict[str, object], other: dict[str, object]) -> str:
    """Return which of what two builds published differs."""
    names = sorted(
        name for name in {**one, **other} if one.get(name) != other.get(name)
    )
    if not names:
        return f"the same in all {len(one)}"
    return f"{len(names)} of {len(one)} differ: {', '.join(names)}"


def in_any_order(run: Run) -> Rows:
    """Published bytes with 1, 2 and 4 threads, and of the lines in another order."""
    shuffled = run.folder / "shuffled.parquet"
    apart(shuffle, run.files, shuffled)
    ways = {f"{threads} threads": (threads, run.files) for threads in (1, 2, 4)}
    ways["lines in another order"] = (2, str(shuffled))
    first = None
    for name, (threads, files) in ways.items():
        home = run.home("home")
        took = build(
            home, "--threads", str(threads), transactions=files, threads=threads
        )
        bytes_of = {**published(home), **documents(home)}
        first = first or bytes_of
        yield f"dbt build, {name}", took, difference(bytes_of, first)
    shuffled.unlink()


def documents(home: Path) -> dict[str, str]:
    """Return the checksum of every list."""
    lists = home / "published" / "audiences"
    return {
        str(path.relative_to(lists)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(lists.rglob("*.csv"))
    }


def sample(run: Run) -> Rows:
    """First and second build of the sample, beside another checkout, in turn."""
    projects = {"sample": HERE.parent}
    if run.against:
        projects[f"sample, {run.against.name}"] = run.against.resolve()
    medians = {}
    for kind in ("first", "second"):
        runs = {name: [] for name in projects}
        for _ in range(ROUNDS):
            for place, (name, project) in enumerate(projects.items()):
                home = run.home(f"sample-{place}", is_new=kind == "first")
                runs[name].append(build(home, project=project, transactions="sample"))
        for name, each in runs.items():
            took = {key: statistics.median(one[key] for one in each) for key in each[0]}
            medians.setdefault(kind, took)
            note = f"median of {ROUNDS}"
            if took is not medians[kind]:
                ours = medians[kind]["wall"] / took["wall"]
                note += f"; ours takes {ours:.2f} of it"
            elif kind == "second":
                share = took["wall"] / medians["first"]["wall"]
                note += f"; {share:.2f} of the first"
            yield f"{name}, {kind} build", took, note


def fit(run: Run) -> Rows:
    """The fit and the refit check alone, of 200,000 customers."""
    for name, took in apart(fit_steps, 200_000):
        yield name, took, ""


def fit_steps(customers: int) -> list[tuple[str, dict[str, float]]]:
    """Return what each step of the fit takes, in the process that calls."""
    import duckdb
    import fitting

    with duckdb.connect() as connection:
        fitting.make(connection, customers)
        return list(fitting.steps(connection))


OF_A_SIZE = {
    "scan": scan,
    "check": check,
    "by-hand": by_hand,
    "notebook": notebook,
    "features": features,
    "build": builds,
    "limit": within_limit,  # of the largest size
    "day": a_day_more,
}
OF_NO_SIZE = {"sample": sample, "fit": fit, "threads": in_any_order}


def row(run: Run, what: str, took: dict[str, float], note: str) -> str:
    """Return a row of the table."""
    lines = f"{run.lines / 1e6:g} million" if run.lines else ""
    cells = [lines, what, *("" for _ in range(4)), note]
    if took:
        scanned = run.found.get("scan")
        cells[2:6] = (
            f"{took['wall']:.1f}",
            f"{took['cpu']:.1f}",
            f"{took['cpu'] / scanned['cpu']:.0f}" if scanned else "",
            f"{took['memory']:.2f}",
        )
    return f"| {' | '.join(cells)} |"


def other_polars() -> str | None:
    """Return this Python if it has Polars, which is no dependency."""
    return sys.executable if find_spec("polars") else None


def main(given: list[str] | None = None) -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="for data and builds")
    parser.add_argument("--lines", type=int, nargs="+", default=SIZES)
    parser.add_argument("--only", nargs="+", choices=[*OF_A_SIZE, *OF_NO_SIZE])
    parser.add_argument("--polars-python", default=other_polars())
    parser.add_argument("--against", type=Path, help="another checkout: its sample")
    parser.add_argument("--memory-limit", default="2GB", help="of the largest size")
    asked = parser.parse_args(given)
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    given_to_all = {
        "folder": folder,
        "polars": asked.polars_python,
        "against": asked.against,
        "memory_limit": asked.memory_limit,
    }
    print(circumstances(), end="\n\n")
    print("| lines | what | wall s | CPU s | x scan | peak GB | |")
    print("| --- | --- | --- | --- | --- | --- | --- |")

    failed = []

    def say(part, run: Run) -> None:
        try:
            for what, took, note in part(run):
                if took:
                    run.found[what] = took
                print(row(run, what, took, note), flush=True)
        except RuntimeError as error:
            failed.append(str(error))
            print(row(run, part.__name__, {}, "failed, see below"), flush=True)

    wanted = asked.only or [*OF_A_SIZE, *OF_NO_SIZE]
    sizes = sorted(asked.lines)
    runs = [Run(lines=lines, **given_to_all) for lines in sizes]
    for run in runs:
        apart(generate, run.lines, run.source)
    for name, part in OF_NO_SIZE.items():
        if name in wanted:
            say(part, runs[0] if name == "threads" else Run(**given_to_all))
    for run in runs:
        for name, part in OF_A_SIZE.items():
            is_asked = asked.only or run.lines <= LARGE or name in LARGE_PARTS
            if name in wanted and is_asked and (name != "limit" or run is runs[-1]):
                say(part, run)
    if failed:
        sys.exit("\n\n".join(["", *failed]))


if __name__ == "__main__":
    main()
