"""How many small faults planted in the code do the tests notice?

    python benchmarks/mutation.py sql --faults 60 --seed 100
    python benchmarks/mutation.py python --faults 60 --seed 100
    python benchmarks/mutation.py sql --again target/mutation/sql-100.jsonl
    python benchmarks/mutation.py sql --faults 60 --seed 100 --without-slow

Each fault is one small change at a random place (benchmarks/faults.py) in a copy of the
repository. It counts as noticed if something that `make test-all` runs fails on it;
the cheapest is tried first:

SQL     the unit tests of the model; what would be published of the sample and of the
        rich shop of builds/test_snapshots.py, by `dbt run`, against the snapshots; the
        sample's build with every data test, the unit tests of all models for a macro,
        and pytest on it; the tests of staging
Python  the tests of modules that import the damaged one, nearest first; then as for
        SQL; for what comes after the last table, the tests of what is published

With --without-slow only what `make test` runs is tried: no test marked `slow`, and no
build but the sample. The same seed draws the same faults, so the two shares compare.

Nothing else is run, so the figure is a lower bound. Results are written to a file, one
JSON object a line; what survives is to be judged by a person. With --again the faults
of such a file that survived are planted once more.
"""

from __future__ import annotations

import argparse
import ast
import json
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import resolve_name
from pathlib import Path

from faults import HELPER_FOLDERS, HELPERS, REPOSITORY, Place, draw, place_of_line
from trials import Copy

SAMPLE = {"transactions": "sample"}
ON_THE_SAMPLE = (
    "builds/test_snapshots.py::test_the_sample_is_as_it_was",
    "builds/test_published_figures.py",
    "builds/test_assignment.py",
)
OF_STAGING = (
    "inputs/test_rows.py",
    "inputs/test_orders.py",
    "inputs/test_formats.py",
    "inputs/test_files.py",
    "inputs/test_check.py",
)
OF_REFUSALS = (
    "builds/test_refusals.py",
    "builds/test_security.py",
    "builds/test_failed_builds.py",
)
OF_RELEASES = (
    "builds/test_snapshots.py",
    "builds/test_privacy.py",
    "builds/test_held_files.py",
    "builds/test_damaged_files.py",
    "builds/test_failed_builds.py",
)
# Folders of what comes after the last table: no `dbt run` shows it.
PUBLISHING = ("releases", "report", "publishing")
READ_BY_A_FIT = "published_model"
STOPPED = 75  # there are faults left: call again


class Tables:
    """The builds whose tables are held: name of the snapshot, home, vars."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        self.is_short = not copy.has_slow_tests
        sys.path[:0] = [str(folder) for folder in HELPER_FOLDERS]
        import rich_shop

        copy.kept.mkdir(parents=True, exist_ok=True)
        files = {name: str(path) for name, path in rich_shop.write(copy.kept).items()}
        self.seeds = rich_shop.seeds()
        self.builds = {
            "rich_first": {**files, **rich_shop.FIRST},
            "rich_second": {**files, **rich_shop.SECOND},
            "customers_alone": {**files, **rich_shop.ALONE},
            "sample": SAMPLE,
        }
        if self.is_short:
            self.builds = {"sample": SAMPLE}

    def build(self) -> bool:
        """Build every home by the undamaged copy; whether all went well."""
        for seed, text in self.seeds.items():
            (self.copy.folder / seed).write_text(text)
        for name, variables in self.builds.items():
            if name == "sample":
                for seed in self.seeds:
                    shutil.copy(REPOSITORY / seed, self.copy.folder / seed)
            is_second = name == "rich_second"  # begins where the first ended
            self.copy.begin("rich_first" if is_second else None, with_release=True)
            if not self.copy.dbt("build", variables=variables):
                return False
            self.copy.keep(name)
        return self.notice(None) is None

    def notice(self, path: Path | None) -> str | None:
        """The first build whose tables a damaged file changes, or None.

        Only tables that the file itself makes are made again: what comes before them is
        as it was, and what comes after differs only where they do.
        """
        made = made_by(path, self.copy) if path else []
        if path and not made:
            return None
        part = ["--full-refresh", *(["--select", *made] if made else [])]
        # A refit looks back to the first release, from a Python model on.
        looks_back = not path or path.suffix == ".py"
        trials = (
            ("sample", "sample", part),
            ("rich_second", "rich_first", [])
            if looks_back
            else ("rich_second", "rich_second", part),
            ("customers_alone", "customers_alone", part),
            ("rich_first", "rich_first", part),
        )
        for name, home, options in trials[:1] if self.is_short else trials:
            self.copy.begin(home, with_release=home != name)
            options = [*options, "--exclude", "publications"]
            variables = self.builds[name]
            if not self.copy.dbt("run", *options, variables=variables):
                return f"dbt run, {name}"
            if not self.copy.is_as_before(name):
                return f"snapshot, {name}"
        return None


def notices(tables: Tables, kind: str, path: Path) -> Iterator[str | None]:
    """What notices a fault in a file, cheapest first: a name, or None."""
    copy = tables.copy
    is_after = kind == "python" and path.parts[2] in PUBLISHING
    is_after = is_after and path.stem != READ_BY_A_FIT
    marks = "not build and not browser"
    if kind == "python":
        near = tests_near(path, by_dbt=False)
        yield None if copy.pytest(*near, marks=marks) else "tests of the module"
    elif path.parts[0] == "models":
        copy.begin("sample")
        units = ("--select", f"{path.stem},test_type:unit")
        yield None if copy.dbt("test", *units, variables=SAMPLE) else "unit tests"
    if not is_after:
        yield tables.notice(path)
    if kind == "python" and (slow := tests_near(path, by_dbt=True)):
        yield None if copy.pytest(*slow, marks=marks) else "tests of staging"
    copy.begin()
    yield None if copy.dbt("build", variables=SAMPLE) else "dbt build"
    if path.parts[0] == "macros":
        units = ("--selector", "unit_tests")
        yield None if copy.dbt("test", *units, variables=SAMPLE) else "unit tests"
    yield None if copy.pytest(*ON_THE_SAMPLE) else "tests on the sample"
    is_read = "staging" in path.parts or "input" in path.stem
    if kind == "sql" and (is_read or path.parts[0] == "macros"):
        yield None if copy.pytest(*OF_STAGING) else "tests of staging"
    if is_after:
        yield None if copy.pytest(*OF_RELEASES) else "tests of releases"
    if path.parent.name == "checks":
        yield None if copy.pytest(*OF_REFUSALS) else "tests of refusals"


def made_by(path: Path, copy: Copy) -> list[str]:
    """Names of the models whose SQL or Python a file of the repository is part of."""
    if path.parts[0] == "models":
        return [path.stem]
    if path.suffix == ".py":
        made = sorted(name for name in reached_from(path) if is_model(name))
        # What the files hold is asked while these are compiled.
        return [
            *made,
            *(["staging", "int_input_quality"] if "inputs" in path.parts else []),
        ]
    (manifest, *_) = (copy.folder / "target").glob("*/manifest.json")
    graph = json.loads(manifest.read_text())
    used = {
        name
        for name, macro in graph["macros"].items()
        if macro["original_file_path"] == str(path)
    }
    while True:
        new = {
            name
            for name, macro in graph["macros"].items()
            if used.intersection(macro["depends_on"]["macros"])
        } - used
        if not new:
            break
        used |= new
    return sorted(
        node["name"]
        for node in graph["nodes"].values()
        if node["resource_type"] == "model"
        and used.intersection(node["depends_on"]["macros"])
    )


def is_model(name: str) -> bool:
    path = REPOSITORY / "python_models" / f"{name}.py"
    return name != "publications" and path.exists()


def imported(file: Path, package: str) -> set[str]:
    """Names that a file of a package imports, dotted, with what it takes from each."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            module = resolve_name(module, package) if node.level else module
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return names


def tests_near(path: Path, *, by_dbt: bool) -> list[str]:
    """Test files that reach a module by imports, nearest first: by dbt, or without."""
    return [
        f"{name.replace('.', '/')}.py"
        for name, is_by_dbt in reached_from(path).items()
        if name.rpartition(".")[2].startswith("test_") and is_by_dbt is by_dbt
    ]


def reached_from(path: Path) -> dict[str, bool]:
    """Names of files that reach a module by imports; whether each builds staging."""
    roots = (REPOSITORY / "python_models", *HELPER_FOLDERS, HELPERS.parent)
    uses = {}
    for root in roots:
        for file in root.rglob("*.py"):
            parts = file.relative_to(root).with_suffix("").parts
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            uses[name] = imported(file, name if is_package else ".".join(parts[:-1]))
    del uses["snapshots"]  # reads what all modules together left
    damaged = ".".join(path.relative_to("python_models").with_suffix("").parts)
    reached = {damaged.removesuffix(".__init__")}
    near = {}
    while new := {name for name in uses if uses[name] & reached} - reached:
        near |= {name: "staging_build" in uses[name] for name in sorted(new)}
        reached |= new
    return near


def plant(tables: Tables, kind: str, place: Place) -> dict[str, object]:
    """Plant one fault in the copy, see what notices it, and mend the copy."""
    path = place.path.relative_to(REPOSITORY)
    sound, target = place.path.read_text(), tables.copy.folder / path
    target.write_text(place.damaged)
    try:
        noticed_by = next(filter(None, notices(tables, kind, path)), None)
    finally:
        target.write_text(sound)
    return {
        "path": str(path),
        "line": place.line,
        "before": sound.splitlines()[place.line - 1].strip(),
        "after": place.damaged.splitlines()[place.line - 1].strip(),
        "noticed_by": noticed_by,
    }


def survivors(results: Path) -> list[Place]:
    """The faults of a file of results that nothing noticed, where they are now."""
    places = []
    for line in results.read_text().splitlines():
        fault = json.loads(line)
        if fault["noticed_by"] is None:
            found = place_of_line(REPOSITORY / fault["path"], fault["before"])
            if found is None:
                print(f"gone: {fault['path']}: {fault['before']}", file=sys.stderr)
            else:
                places.append(replace(found, replacement=fault["after"]))
    return places


def main() -> int:
    """Plant faults and say how many were noticed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=("sql", "python"))
    parser.add_argument("--faults", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--again", type=Path, help="results whose survivors to plant")
    parser.add_argument("--minutes", type=float, help="then stop; run again to go on")
    parser.add_argument("--folder", type=Path, default=Path("target/mutation"))
    parser.add_argument(
        "--without-slow", action="store_true", help="only what `make test` runs"
    )
    options = parser.parse_args()
    if options.again:
        places = survivors(options.again)
        name = f"{options.again.stem}-again"
    else:
        places = draw(options.kind, options.faults, options.seed)
        name = f"{options.kind}-{options.seed}"
    if options.without_slow:
        name += "-without-slow"
    results = options.folder.resolve() / f"{name}.jsonl"
    copy = Copy(results.with_suffix(""), has_slow_tests=not options.without_slow)
    tables = Tables(copy)
    if not results.exists():
        if not tables.build():
            print("The tests fail without any fault.", file=sys.stderr)
            return 1
        results.touch()
    end = time.monotonic() + 60 * (options.minutes or 1e6)
    with results.open("a") as file:
        for place in places[len(results.read_text().splitlines()) :]:
            if time.monotonic() > end:
                return STOPPED
            fault = plant(tables, options.kind, place)
            print(json.dumps(fault, ensure_ascii=False), file=file, flush=True)
    faults = [json.loads(line) for line in results.read_text().splitlines()]
    noticed = sum(fault["noticed_by"] is not None for fault in faults)
    by = "make test" if options.without_slow else "make test-all"
    print(f"{options.kind}: {noticed} of {len(faults)} noticed by {by}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
