"""How many small faults planted in the code do the tests notice?

    python benchmarks/mutation.py sql --faults 60 --seed 100
    python benchmarks/mutation.py python --faults 60 --seed 100

Each fault is one small change at a random place (benchmarks/faults.py) in a copy of the
repository. It counts as noticed if something that `make test` runs fails on it:

SQL     the build of the sample with every unit test and data test, from the damaged
        model on (all of it for a macro); pytest on the sample so built; pytest of the
        staging models; with --builds pytest of later builds and of other inputs
Python  the tests of modules that import the damaged one, nearest first; the build of
        the sample and pytest on it; with --builds the other tests without whole builds

Nothing else is run, so the figure is a lower bound. Results are written to a file, one
JSON object a line; what survives is to be judged by a person.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from faults import REPOSITORY, Place, draw

LEFT_OUT = {".git", ".venv", "target", "logs", "warehouse", "__pycache__"}
ON_THE_SAMPLE = ("test_recomputed", "test_assignment")
OF_STAGING = ("test_inputs_rows", "test_inputs_formats", "test_inputs_files")
OF_BUILDS = (
    "test_over_time_builds",
    "test_inputs_shapes",
    "test_privacy",
    "test_exports",
)
LONGEST_SECONDS = 900


class Copy:
    """A copy of the repository to damage; the environment is shared."""

    def __init__(self, folder: Path) -> None:
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
                words,
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
        files = [f"tests/python/{name}.py" for name in tests]
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
    tests = sorted(name for name in modules if name.startswith("test_"))
    damaged = path.relative_to("python_models").with_suffix("")
    reached = {".".join(damaged.parts).removesuffix(".__init__")}
    near: list[str] = []
    while True:
        new = {name for name in uses if uses[name] & reached} - reached
        if not new:
            return near, [name for name in tests if name not in near]
        near += sorted(new.intersection(tests))
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


def main() -> int:
    """Plant faults and say what was noticed and what survived."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=("sql", "python"))
    parser.add_argument("--faults", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--builds", action="store_true", help="the slow tests, too")
    parser.add_argument("--folder", type=Path, default=Path("target/mutation"))
    options = parser.parse_args()
    name = f"{options.kind}-{options.seed}"
    results = options.folder.resolve() / f"{name}.jsonl"
    copy = Copy(options.folder.resolve() / name)
    if not (copy.build() and copy.pytest(*ON_THE_SAMPLE)):
        print("The tests fail without any fault.", file=sys.stderr)
        return 1
    copy.keep()
    noticed = 0
    with results.open("w") as file:
        for place in draw(options.kind, options.faults, options.seed):
            fault = plant(copy, options.kind, place, options.builds)
            noticed += fault["noticed_by"] is not None
            print(json.dumps(fault), file=file, flush=True)
            print(json.dumps(fault), flush=True)
    print(f"{options.kind}: {noticed} of {options.faults} noticed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
