"""Build the staging models over the first rows, as often as asked, with other vars.

`make check` runs this as a process of its own, and writes a line for each build: JSON
with `variables` and the `folder` that is made for it. The answer is a line too: what
dbt said, and whether it built.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

QUIETLY = ["--quiet", "--no-use-colors", "--no-write-json", "--no-partial-parse"]
STAGING = [
    *("--select", "+int_input_quality", "stg_transactions"),
    *("--exclude-resource-type", "test", "unit_test"),
]


def main() -> None:
    """Answer lines until there are no more."""
    project = None
    # A statement that takes long draws nothing into the answers.
    answers = sys.stdout
    for line in sys.stdin:
        asked = json.loads(line)
        with contextlib.redirect_stdout(io.StringIO()) as output:
            project, is_built = build(asked["variables"], asked["folder"], project)
        answer = {"output": output.getvalue(), "is_built": is_built}
        print(json.dumps(answer), file=answers, flush=True)


def build(
    variables: dict, folder: str, project: Manifest | None
) -> tuple[Manifest | None, bool]:
    """Build with some vars, in a folder.

    Parameters
    ----------
    project
        The project as dbt read it before, which takes it the longest; None: it is read.

    Returns
    -------
    tuple
        The project as it was read, and whether the models were built.
    """
    Path(folder).mkdir()
    os.environ["SEGMENTATION_HOME"] = folder
    given = ["--target-path", folder, "--log-path", folder]
    given += ["--vars", json.dumps(variables)]
    if project is None:
        done = dbtRunner().invoke([*QUIETLY, "parse", *given])
        if not done.success:
            return None, False
        project = done.result
        # dbt cannot copy these, and builds by those of its configuration.
        project.selectors = {}
    # What a build compiles stays in the project that it is given.
    done = dbtRunner(project.deepcopy()).invoke([*QUIETLY, "build", *STAGING, *given])
    return project, done.success


if __name__ == "__main__":
    main()
