"""How many small faults planted in the code do the tests notice?

    python benchmarks/mutation.py sql --faults 60 --seed 100
    python benchmarks/mutation.py python --faults 60 --seed 100
    python benchmarks/mutation.py sql --again target/mutation/sql-100.jsonl

Each fault is one small change at a random place (benchmarks/faults.py) in a copy of the
repository. It counts as noticed if something that `make test` runs fails on it:

SQL     the build of the sample with every unit test and data test, from the damaged
        model on (all of it for a macro); pytest on the sample so built; the snapshots
        of richer builds; pytest of the staging models; with --builds pytest of later
        builds and of other inputs
Python  the tests of modules that import the damaged one, nearest first; the build of
        the sample and pytest on it; the snapshots of richer builds; with --builds the
        other tests without whole builds

Nothing else is run, so the figure is a lower bound. Results are written to a file, one
JSON object a line; what survives is to be judged by a person. With --again the faults
of such a file that survived are planted once more.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from faults import REPOSITORY, Place, draw, place_of_line

LEFT_OUT = {".git", ".venv", "target", "logs", "warehouse", "__pycache__"}
ON_THE_SAMPLE = (
    "test_snapshot.py::test_the_sample_is_as_it_was",
    "test_recomputed.py",
    "test_assignment.py",
)
OF_RICHER_DATA = ("test_snapshot.py",)
OF_STAGING = (
    "test_inputs_rows.py",
    "test_inputs_formats.py",
    "test_inputs_files.py",
    "test_inputs_check.py",
)
OF_BUILDS = (
    "test_over_time_builds.py",
    "test_inputs_shapes.py",
    "test_privacy.py",
    "test_exports.py",
)
LONGEST_SECONDS = 900


class Copy:
    """A copy of the repository to damage; the environment is shared."""

    def __init__(self, folder: Path, *, through: list[str]) -> None:
        self.through = through
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(
            REPOSITORY, folder, ignore=lambda _, names: LEFT_OUT.intersection(names)
        )
        (folder / ".venv").symlink_to(REPOSITORY / ".venv", target_is_directory=True)
        self.folder = folder
        self.home = folder / "target" / "home"
        self.whole = folder / "target" / "whole"

    def ends_well(self, *words: str) -> bool:
        """Whether a command ends well in the copy, and in time."""
        environment = {
            **os.environ,
            "DO_NOT_TRACK": "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": str(self.folder / "python_models"),
            "SEGMENTATION_HOME": str(self.home),
            "SEGMENTATION_SAMPLE_HOME": str(self.home),
        }
        try:
            done = subprocess.run(
                [*self.through, *words],
                cwd=self.folder,
                env=environment,
                capture_output=True,
                check=False,
                timeout=LONGEST_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def pytest(self, *tests: str, marks: str = "not browser") -> bool:
        """Whether files of tests/python pass."""
        files = [f"tests/python/{name}" for name in tests]
        options = ["-x", "-q", "-p", "no:cacheprovider", "-m", marks]
        return self.ends_well(sys.executable, "-m", "pytest", *options, *files)

    def build(self, *options: str) -> bool:
        """Whether the sample builds, all tests passed."""
        sample = json.dumps({"transactions": "sample"})
        dbt = str(self.folder / ".venv" / "bin" / "dbt")
        return self.ends_well(dbt, "build", "--vars", sample, "--fail-fast", *options)

    def keep(self) -> None:
        """Keep the build of the undamaged copy, to begin from."""
        shutil.rmtree(self.whole, ignore_errors=True)
        shutil.copytree(self.home, self.whole, symlinks=True)

    def begin_again(self, *, from_whole: bool) -> None:
        """Empty the build folder, or fill it with the undamaged build."""
        shutil.rmtree(self.home, ignore_errors=True)
        if from_whole:
            shutil.copytree(self.whole, self.home, symlinks=True)


def sql_notice(copy: Copy, path: Path, with_builds: bool) -> str | None:
    """What noticed the fault in a file, or None.

    What comes before a damaged model is as it was and is not built again.
    """
    is_model = path.parts[0] == "models"
    copy.begin_again(from_whole=is_model)
    options = ["--full-refresh", "--select", f"{path.stem}+"] if is_model else []
    if not copy.build(*options):
        return "dbt build"
    if not copy.pytest(*ON_THE_SAMPLE):
        return "tests on the sample"
    if not copy.pytest(*OF_RICHER_DATA):
        return "tests of richer builds"
    is_read = not is_model or "staging" in path.parts or "input" in path.stem
    if is_read and not copy.pytest(*OF_STAGING):
        return "tests of staging"
    if with_builds and not copy.pytest(*OF_BUILDS):
        return "tests of builds"
    return None


def python_notice(copy: Copy, path: Path, with_builds: bool) -> str | None:
    """What noticed the fault in a module, or None."""
    near, far = tests_by_distance(path)
    marks = "not build and not browser"
    if not copy.pytest(*near, marks=marks):
        return "tests of the module"
    copy.begin_again(from_whole=False)
    if not copy.build():
        return "dbt build"
    if not copy.pytest(*ON_THE_SAMPLE):
        return "tests on the sample"
    if not copy.pytest(*OF_RICHER_DATA):
        return "tests of richer builds"
    if with_builds and not copy.pytest(*far, marks=marks):
        return "other tests"
    return None


def imported(path: Path) -> set[str]:
    """Names that a file imports, dotted, with what is imported from each."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module}
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def tests_by_distance(path: Path) -> tuple[list[str], list[str]]:
    """Test files that reach a module by imports, nearest first; and the others."""
    roots = (REPOSITORY / "python_models", REPOSITORY / "tests" / "python")
    modules = {
        ".".join(file.relative_to(root).with_suffix("").parts): file
        for root in roots
        for file in root.rglob("*.py")
    }
    uses = {name: imported(file) for name, file in modules.items()}
    tests = {name: f"{name}.py" for name in sorted(modules) if name[:5] == "test_"}
    damaged = path.relative_to("python_models").with_suffix("")
    reached = {".".join(damaged.parts).removesuffix(".__init__")}
    near: list[str] = []
    while True:
        new = {name for name in uses if uses[name] & reached} - reached
        if not new:
            return near, [file for file in tests.values() if file not in near]
        near += [file for name, file in tests.items() if name in new]
        reached |= new


def plant(copy: Copy, kind: str, place: Place, with_builds: bool) -> dict[str, object]:
    """Plant one fault in the copy, see what notices it, and mend the copy."""
    path = place.path.relative_to(REPOSITORY)
    sound = place.path.read_text()
    (copy.folder / path).write_text(place.damaged)
    try:
        notice = sql_notice if kind == "sql" else python_notice
        noticed_by = notice(copy, path, with_builds)
    finally:
        (copy.folder / path).write_text(sound)
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
    """Plant faults and say what was noticed and what survived."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=("sql", "python"))
    parser.add_argument("--faults", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--builds", action="store_true", help="the slow tests, too")
    parser.add_argument("--again", type=Path, help="results whose survivors to plant")
    parser.add_argument("--through", default="nice", help="runs each command")
    parser.add_argument("--folder", type=Path, default=Path("target/mutation"))
    options = parser.parse_args()
    folder = options.folder.resolve()
    if options.again:
        places = survivors(options.again)
        name = f"{options.again.stem}-again"
    else:
        places = draw(options.kind, options.faults, options.seed)
        name = f"{options.kind}-{options.seed}"
    copy = Copy(folder / name, through=options.through.split())
    if not (copy.build() and copy.pytest(*ON_THE_SAMPLE)):
        print("The tests fail without any fault.", file=sys.stderr)
        return 1
    copy.keep()
    noticed = 0
    with (folder / f"{name}.jsonl").open("w") as file:
        for place in places:
            fault = plant(copy, options.kind, place, options.builds)
            noticed += fault["noticed_by"] is not None
            print(json.dumps(fault, ensure_ascii=False), file=file, flush=True)
    print(f"{options.kind}: {noticed} of {len(places)} noticed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
