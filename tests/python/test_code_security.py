"""Nothing unsafe is in the code, and no package comes in without a hash."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dbt_builds import REPOSITORY, network_watch

SOURCES = sorted((REPOSITORY / "python_models").rglob("*.py"))
UNSAFE_MODULES = {"pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal"}
NETWORK_MODULES = {
    "socket", "urllib.request", "http.client", "requests", "httpx", "aiohttp", "ftplib",
}  # fmt: skip
UNSAFE_CALLS = {"eval", "exec", "read_pickle", "to_pickle", "allow_pickle"}


def imports_of(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_pickle_and_no_network_in_the_code(path):
    names = imports_of(path)
    roots = {name.split(".")[0] for name in names}
    assert not roots & UNSAFE_MODULES
    assert not (names | roots) & NETWORK_MODULES
    called = {
        getattr(node.func, "attr", getattr(node.func, "id", ""))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    }
    assert not called & UNSAFE_CALLS


def test_the_lock_file_pins_every_package_by_hash():
    text = (REPOSITORY / "requirements.lock").read_text()
    pinned = re.findall(r"^([a-z0-9][a-z0-9._-]*)==\S+ \\$", text, flags=re.M)
    assert len(pinned) > 20
    blocks = re.split(r"^(?=[a-z0-9][a-z0-9._-]*==)", text, flags=re.M)[1:]
    assert len(blocks) == len(pinned)
    assert all("--hash=sha256:" in block for block in blocks)
    assert "--require-hashes" in (REPOSITORY / "Makefile").read_text()


def test_a_use_of_the_network_is_refused_and_noted(tmp_path):
    record = tmp_path / "record"
    call = "import socket; socket.create_connection(('127.0.0.1', 9))"
    done = subprocess.run(
        [sys.executable, "-c", call],
        env={**os.environ, **network_watch(record)},
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
    assert record.read_text().splitlines() == [
        "watched",
        "socket.getaddrinfo 127.0.0.1",
    ]
