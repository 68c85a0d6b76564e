"""What macros ask Python: text in, text out; no engine is known here."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from segmentation.inputs import answer
from segmentation.inputs.built_in import DATA_PACKAGES, data_folder
from segmentation.preparing.read_settings import (
    PROJECT,
    keep_settings,
    project_vars,
    read_settings,
)
from segmentation.publishing.watched_files import files_of, watch
from segmentation.releases.manifest import read_manifest
from segmentation.releases.release_folder import home_folder
from segmentation.releases.table_notes import keep_notes
from segmentation.wording.problem import InputProblem
from segmentation.wording.progress import at_stage

# Vars that change no row that is made of the same rows of the source.
NOT_OF_ROWS = (
    "transactions",
    "campaigns",
    "contacts",
    "memory_limit",
    "threads",
    "temp_directory",
)


def setting_names(_: str) -> str:
    """Return the names of all vars, as JSON: dbt_project.yml says which there are."""
    return json.dumps(list(project_vars()))


def kept_settings(question: str) -> str:
    """Read every var and keep it for the Python models of this process.

    Parameters
    ----------
    question
        JSON: the `values` of all vars, and the names `given` on the command line.

    Returns
    -------
    str
        JSON: nothing in it, or the `problem` of the first var that cannot work.
    """
    asked = json.loads(question)
    try:
        found = read_settings(asked["values"], given=asked["given"])
    except InputProblem as problem:
        return json.dumps({"problem": str(problem)})
    keep_settings(found)
    return "{}"


def readable_paths(values: str) -> str:
    """Start watching the files of a build and return all files it may read.

    Parameters
    ----------
    values
        JSON: a list of the vars that name inputs.

    Returns
    -------
    str
        JSON: a list of paths. A path with glob characters is there as DuckDB is given
        it too, with these in brackets.
    """
    paths = watch(json.loads(values))
    for name in DATA_PACKAGES:
        folder = data_folder(name)
        if folder is not None:
            paths += [str(path) for path in sorted(Path(folder).glob("*.parquet"))]
    bracketed = [
        "".join(f"[{letter}]" if letter in "*?[" else letter for letter in path)
        for path in paths
    ]
    return json.dumps(sorted({*paths, *bracketed}))


def last_release(source: str) -> str:
    """Return what the last release says of itself, where it is of the same source.

    Parameters
    ----------
    source
        JSON: the var `transactions`.

    Returns
    -------
    str
        JSON: `source_rows`, or nothing in it where there is no such release.
    """
    manifest = read_manifest(home_folder() / "published")
    if not manifest or json.loads(source) != manifest.get("source"):
        return "{}"
    return json.dumps({"source_rows": manifest["publication"]["source_rows"]})


def project_fingerprint(variables: str) -> str:
    """Return a hash of the project's SQL, seeds and settings, and of a call's vars.

    Parameters
    ----------
    variables
        JSON: the vars given on the command line. Those that say where rows are, or what
        the engine may take, are no part of it.
    """
    given = json.loads(variables) or {}
    variables = json.dumps(
        {name: given[name] for name in sorted(given) if name not in NOT_OF_ROWS}
    )
    paths = [PROJECT / "dbt_project.yml"]
    for folder in ("macros", "models", "seeds"):
        paths += [
            path
            for path in sorted((PROJECT / folder).rglob("*.*"))
            # What tests and docs say changes no row.
            if path.suffix != ".md" and not path.name.endswith("__unit_tests.yml")
        ]
    digest = hashlib.md5(variables.encode(), usedforsecurity=False)
    for path in paths:
        digest.update(str(path.relative_to(PROJECT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def source_files(question: str) -> str:
    """Return the files of a source, each with a hash of its state and of its reading.

    Parameters
    ----------
    question
        JSON: the var `transactions`, the `source` that macros made of it, the `rules`
        by which rows are left out, and the `project` fingerprint.

    Returns
    -------
    str
        JSON: a list of `path` and `fingerprint`. Size and both times of a file are its
        state: what changes its bytes changes one of them.
    """
    asked = json.loads(question)
    source = asked["source"]
    # All files are read alike: another file more or less is none of it.
    reading = {
        re.sub(r"\['.*?'\]", "", part["relation"], count=1, flags=re.DOTALL)
        for part in source["parts"]
    }
    columns = [part["columns"] for part in source["parts"]]
    others = {**source, "notes": [], "parts": columns}
    basis = json.dumps(
        [asked["project"], asked["rules"], sorted(reading), others], sort_keys=True
    )
    found = []
    for path in files_of([asked["transactions"]]):
        state = Path(path).stat()
        text = f"{basis} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}"
        digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        found.append({"path": path, "fingerprint": digest})
    return json.dumps(found)


def part_begun(question: str) -> str:
    """Note which part of a model is begun, for the heartbeat; return the part.

    Parameters
    ----------
    question
        JSON: the `model`, the `part` (a date, or the first of some months), its `place`
        among the `parts` to build.
    """
    asked = json.loads(question)
    stage = f"{asked['part']}, {asked['place']} of {asked['parts']}"
    at_stage(stage, of=asked["model"])
    return asked["part"]


MACRO_FUNCTIONS = {
    "segmentation_part_begun": part_begun,
    "segmentation_setting_names": setting_names,
    "segmentation_settings": kept_settings,
    "segmentation_inputs": answer,
    "segmentation_readable_paths": readable_paths,
    "segmentation_last_release": last_release,
    "segmentation_project": project_fingerprint,
    "segmentation_source_files": source_files,
    "segmentation_table_notes": keep_notes,
}
