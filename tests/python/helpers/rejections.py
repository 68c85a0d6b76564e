"""Builds that are refused, one after another in one process: dbt parses once.

Run by `test_odd_sources.py`: JSON of name -> vars comes in, JSON of name ->
[succeeded, message, digest of all that is published] goes out.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner


def digest(home: Path) -> str:
    """Hash names, links and bytes of everything published below `home`."""
    found = hashlib.sha256(os.readlink(home / "published").encode())
    for path in sorted((home / "releases").rglob("*")):
        found.update(str(path).encode())
        if path.is_file():
            found.update(path.read_bytes())
    return found.hexdigest()


def main() -> None:
    """Build each case over the same home."""
    home = Path(os.environ["SEGMENTATION_HOME"])
    paths = ["--target-path", str(home / "target"), "--log-path", str(home / "logs")]
    manifest = dbtRunner().invoke(["--quiet", "parse", *paths]).result
    outcome = {"before": [True, "", digest(home)]}
    for name, variables in json.load(sys.stdin).items():
        done = dbtRunner(manifest=manifest).invoke(
            ["--quiet", "build", *paths, "--vars", json.dumps(variables)]
        )
        said = [done.exception, *(node.message for node in done.result or ())]
        outcome[name] = [done.success, " ".join(map(str, said)), digest(home)]
    sys.__stdout__.write("\n" + json.dumps(outcome) + "\n")


if __name__ == "__main__":
    main()
