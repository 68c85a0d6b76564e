"""Folders of the package are its architecture: what may import what."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path

import pytest

import segmentation
from segmentation import FOLDERS

PACKAGE = Path(segmentation.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_MODULES = 12
# Folders within a stage: as small as a stage.
INNER = sorted(
    str(path.parent.relative_to(PACKAGE)) for path in PACKAGE.glob("*/*/__init__.py")
)
# The one folder that knows of dbt: it holds dbt-duckdb's plugin.
KNOWS_DBT = "engines"
DBT = ("dbt", "dbt_common")


def dotted(path: Path) -> str:
    """The name a module is imported by."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {dotted(path) for path in MODULES}


def imports_of(text: str, *, package: str) -> set[str]:
    """Every module that a text imports, also inside its functions."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            module = resolve_name(module, package) if node.level else module
            names = {f"{module}.{alias.name}" for alias in node.names}
            found |= names & NAMES or {module}
    return found


def imports(path: Path) -> set[str]:
    """Every module that a module imports."""
    name = dotted(path)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return imports_of(path.read_text(encoding="utf-8"), package=package)


def folder_of(name: str) -> str | None:
    """The folder of a module of the package; None for any other module."""
    top, _, rest = name.partition(".")
    return rest.partition(".")[0] if top == "segmentation" and rest else None


def may_import(folder: str | None) -> tuple[str, ...]:
    """The folders that a module of a folder may import: those before, and its own."""
    return FOLDERS[: FOLDERS.index(folder) + 1] if folder else ()


def test_the_order_names_every_folder_and_no_module_lies_flat():
    folders = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
    assert folders == sorted(FOLDERS)
    assert [path.name for path in PACKAGE.glob("*.py")] == ["__init__.py"]


def test_a_folder_imports_only_those_before_it():
    turned_back = [
        f"{dotted(path)} imports {name}"
        for path in MODULES
        for name in imports(path)
        if folder_of(name) not in (None, *may_import(folder_of(dotted(path))))
    ]
    assert turned_back == []


def test_no_module_imports_itself_by_way_of_others():
    graph = {dotted(path): imports(path) & NAMES for path in MODULES}
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("folder", [*FOLDERS, *INNER])
def test_a_folder_holds_a_dozen_modules_at_most(folder):
    modules = list((PACKAGE / folder).glob("[!_]*.py"))
    assert 0 < len(modules) <= MOST_MODULES


def test_no_folder_but_the_engines_knows_of_dbt():
    knowing = [
        dotted(path)
        for path in MODULES
        if folder_of(dotted(path)) != KNOWS_DBT
        and not {name.partition(".")[0] for name in imports(path)}.isdisjoint(DBT)
    ]
    assert knowing == []


def test_every_module_says_what_it_holds():
    silent = [
        dotted(path)
        for path in MODULES
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_imports_are_found_wherever_and_however_they_are_written():
    text = (
        "import json\n"
        "from segmentation.wording import numbers\n"
        "from .prototypes import nearest\n"
        "def late():\n"
        "    from segmentation.wording.dates import day\n"
    )
    assert imports_of(text, package="segmentation.assigning") == {
        "json",
        "segmentation.wording.numbers",
        "segmentation.assigning.prototypes",
        "segmentation.wording.dates",
    }
