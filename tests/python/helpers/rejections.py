"""Builds that are refused, one after another in one process: dbt parses once.

Run by `builds/test_refusals.py`: JSON of name -> vars comes in, JSON of name ->
[succeeded, message, digest of all that is published, models built] goes out.
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
    outcome = {"before": [True, "", digest(home), []]}
    for name, variables in json.load(sys.stdin).items():
        done = dbtRunner(manifest=manifest).invoke(
            ["--quiet", "build", *paths, "--vars", json.dumps(variables)]
        )
        results = list(done.result or ())
        said = " ".join(map(str, [done.exception, *(one.message for one in results)]))
        built = [
            one.node.name
            for one in results
            if one.status == "success" and one.node.resource_type == "model"
        ]
        outcome[name] = [done.success, said, digest(home), built]
    sys.__stdout__.write("\n" + json.dumps(outcome) + "\n")


if __name__ == "__main__":
    main()
