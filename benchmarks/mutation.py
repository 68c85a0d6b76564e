"""How many small faults planted in the code do the tests notice?

    python benchmarks/mutation.py sql --faults 60
    python benchmarks/mutation.py python --faults 60

Each fault is one small change at a random place (sum for avg, < for <=, a number off by
one, a dropped distinct) in a copy of the repository. SQL is held against what `make
test` runs in dbt: a build of the sample with every unit test and data test, then the
quick assertions below, which are among those of tests/python/test_build.py. Python is
held against the tests of pytest that start no dbt. Whatever survives is printed, with
its line, to be judged by a person.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
LEFT_OUT = {".git", ".venv", "target", "logs", "warehouse", "__pycache__"}

# What is planted: pattern and replacement, one match at a time.
SQL_FAULTS = (
    (r"\bsum\(", "avg("),
    (r"\bsum\(", "max("),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"\bcount\(\*\)", "count(distinct 1)"),
    (r"(?<![<>=!-])<=(?!=)", "<"),
    (r"(?<![<>=!-])>=(?!=)", ">"),
    (r"(?<![<>=!-])<(?![<>=])", "<="),
    (r"(?<![<>=!-])>(?![<>=])", ">="),
    (r" = (?!\{)", " <> "),
    (r"\bleft join\b", "inner join"),
    (r"\binner join\b", "left join"),
    (r"\bdistinct ", ""),
    (r"\bunion all\b", "union"),
    (r"\band\b", "or"),
    (r"\bor\b", "and"),
    (r"\bnot ", ""),
    (r"\bis null\b", "is not null"),
    (r"\bis not null\b", "is null"),
    (r"(?<![\w.'-])([1-9]\d*)(?![\w.'])", "OFF_BY_ONE"),
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r" \* ", " / "),
    (r" / ", " * "),
    (r"\bdesc\b", "asc"),
    (r"\bgreatest\(", "least("),
    (r"\bleast\(", "greatest("),
    (r"\blag\(", "lead("),
)
PYTHON_FAULTS = (
    (r"(?<![<>=!-])<=(?!=)", "<"),
    (r"(?<![<>=!-])>=(?!=)", ">"),
    (r"(?<![<>=!-]) < (?!=)", " <= "),
    (r"(?<![<>=!-]) > (?!=)", " >= "),
    (r" == ", " != "),
    (r" != ", " == "),
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r" \* ", " / "),
    (r" / ", " * "),
    (r"\band\b", "or"),
    (r"\bor\b", "and"),
    (r"\bnot (?!in)", ""),
    (r"\.mean\(", ".sum("),
    (r"\.min\(", ".max("),
    (r"\.max\(", ".min("),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"\bTrue\b", "False"),
    (r"\bFalse\b", "True"),
    (r"(?<![\w.'\"-])([1-9]\d*)(?![\w.'\"])", "OFF_BY_ONE"),
    (r"ascending=False", "ascending=True"),
)
# Not code: a fault there is none.
SQL_COMMENT = re.compile(r"--[^\n]*|\{#.*?#\}", re.S)
PYTHON_TEXT = re.compile(r'""".*?"""|#[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)

QUICK_ASSERTIONS = """
import sys, csv, duckdb
c = duckdb.connect(sys.argv[1] + '/published/segments.duckdb', read_only=True)
one = lambda sql: c.execute(sql).fetchall()[0]
assert one('select sum(customer_count), sum(revenue) from segments') == one(
    'select count(*), sum(lifetime_revenue) from customer_segments')
source, accepted, rejected = one(
    'select source_rows, accepted_rows, rejected_rows from publications'
    ' order by published_at desc limit 1')
rows = sum(1 for _ in csv.reader(open('seeds/sample_transactions.csv'))) - 1
assert source == rows == accepted + rejected
assert rejected == one('select count(*) from rejected_transactions')[0] > 0
"""


@dataclass(frozen=True)
class Fault:
    """One planted change."""

    path: str
    line: int
    before: str
    after: str
    noticed_by: str | None = None


def files_to_damage(kind: str) -> list[Path]:
    """The models and macros, or the plain package, of the repository."""
    if kind == "sql":
        folders = ("models", "macros")
        return sorted(
            path for one in folders for path in (REPOSITORY / one).rglob("*.sql")
        )
    package = REPOSITORY / "python_models" / "segmentation"
    # The report is looked at by people and by a browser, not by these tests.
    return sorted(p for p in package.rglob("*.py") if "report" not in p.parts)


def possible_faults(path: Path, kind: str) -> list[tuple[int, int, str]]:
    """Start, end and replacement of each change that can be made to a file."""
    text = path.read_text()
    ignored = SQL_COMMENT if kind == "sql" else PYTHON_TEXT
    spans = [found.span() for found in ignored.finditer(text)]
    faults = []
    for pattern, replacement in SQL_FAULTS if kind == "sql" else PYTHON_FAULTS:
        for found in re.finditer(pattern, text):
            start, end = found.span()
            if any(a <= start < b for a, b in spans):
                continue
            new = replacement
            if replacement == "OFF_BY_ONE":
                new = str(int(found.group(1)) + 1)
            faults.append((start, end, new))
    return faults


def draw(kind: str, count: int, seed: int) -> list[tuple[Path, int, int, str]]:
    """Draw faults at random: first a file by its number of places, then a place."""
    places = [
        (path, *fault)
        for path in files_to_damage(kind)
        for fault in possible_faults(path, kind)
    ]
    return random.Random(seed).sample(places, count)


def copy_repository(folder: Path) -> None:
    """A copy to damage; the environment is shared."""
    shutil.copytree(
        REPOSITORY, folder, ignore=lambda _, names: LEFT_OUT.intersection(names)
    )
    (folder / ".venv").symlink_to(REPOSITORY / ".venv", target_is_directory=True)


def run(words: list[str], folder: Path) -> bool:
    """True if a command ends well, in the copy."""
    environment = {
        **os.environ,
        "SEGMENTATION_HOME": str(folder / "target" / "home"),
        "PYTHONPATH": str(folder / "python_models"),
    }
    done = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, check=False
    )
    return done.returncode == 0


def sql_notice(folder: Path, path: Path | None = None) -> str | None:
    """What noticed the fault in a file, or None; without a file, all is built.

    Where a model is damaged, what comes before it is as it was: only the model and what
    comes after it is built again, over a copy of the first build.
    """
    home, whole = folder / "target" / "home", folder / "target" / "whole"
    # Few refits, as the clustering is not what is damaged.
    settings = {"transactions": "sample", "segment_count": 4, "resample_count": 2}
    options = ["--vars", json.dumps(settings), "--fail-fast", "--full-refresh"]
    shutil.rmtree(home, ignore_errors=True)
    if path is not None and path.parts[0] == "models":
        shutil.copytree(whole, home, symlinks=True)
        options += ["--select", f"{path.stem}+"]
    dbt = str(folder / ".venv" / "bin" / "dbt")
    if not run([dbt, "build", *options], folder):
        return "dbt build"
    if not run([sys.executable, "-c", QUICK_ASSERTIONS, str(home)], folder):
        return "assertions"
    if path is None:
        shutil.copytree(home, whole, symlinks=True)
    return None


def python_notice(folder: Path) -> str | None:
    """What noticed the fault, or None."""
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-m",
        "not build and not browser",
    ]
    return None if run([*words, "tests/python"], folder) else "pytest"


def plant(folder: Path, kind: str, place: tuple[Path, int, int, str]) -> Fault:
    """Plant one fault in the copy, see what notices it, and mend the copy."""
    path, start, end, new = place
    text = path.read_text()
    copy = folder / path.relative_to(REPOSITORY)
    damaged = text[:start] + new + text[end:]
    copy.write_text(damaged)
    try:
        if kind == "sql":
            noticed_by = sql_notice(folder, path.relative_to(REPOSITORY))
        else:
            noticed_by = python_notice(folder)
    finally:
        copy.write_text(text)
    line = text.count("\n", 0, start)
    return Fault(
        path=str(path.relative_to(REPOSITORY)),
        line=line + 1,
        before=text.splitlines()[line].strip(),
        after=damaged.splitlines()[line].strip(),
        noticed_by=noticed_by,
    )


def main() -> int:
    """Plant faults and print what was noticed and what survived."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=("sql", "python"))
    parser.add_argument("--faults", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=Path("target/mutation"))
    options = parser.parse_args()
    folder = options.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    copy_repository(folder)
    whole = sql_notice(folder) if options.kind == "sql" else python_notice(folder)
    if whole is not None:
        print(f"Without any fault, {whole} already fails.", file=sys.stderr)
        return 1
    faults = []
    for place in draw(options.kind, options.faults, options.seed):
        fault = plant(folder, options.kind, place)
        faults.append(fault)
        print(json.dumps(asdict(fault)), flush=True)
    noticed = sum(fault.noticed_by is not None for fault in faults)
    print(f"{options.kind}: {noticed} of {len(faults)} noticed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
