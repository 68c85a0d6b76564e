"""Places besides the folder that a release is published in: PostgreSQL."""

from __future__ import annotations

import os
from pathlib import Path

from segmentation.releases.manifest import read_manifest

POSTGRES = "SEGMENTATION_POSTGRES"
SCHEMA = "SEGMENTATION_POSTGRES_SCHEMA"
DEFAULT_SCHEMA = "segmentation"


def is_in_postgres() -> bool:
    """Return whether the environment has an address to publish to."""
    return bool(os.environ.get(POSTGRES, "").strip())


def postgres_schema() -> str | None:
    """Return the schema that readers use in PostgreSQL; None without an address."""
    return (os.environ.get(SCHEMA) or DEFAULT_SCHEMA) if is_in_postgres() else None


def publish_elsewhere(release: Path, *, kept: int = 2) -> str | None:
    """Publish a release in PostgreSQL too, where there is an address.

    Parameters
    ----------
    release
        Its folder, or `published`.
    kept
        How many of the newest releases stay there.

    Returns
    -------
    str or None
        Where it is.

    Raises
    ------
    PostgresProblem
        If it cannot be done, with one message.
    """
    schema = postgres_schema()
    if schema is None:
        return None
    # Nobody else loads the driver.
    from segmentation.releases.postgres.release import publish_release

    return publish_release(
        release.resolve(), variable=POSTGRES, schema=schema, kept=kept
    )


def refuse_out_of_reach(release: Path) -> None:
    """Stop what would change the files of a release and leave its copy elsewhere.

    Raises
    ------
    RuntimeError
        If it was published in PostgreSQL and the address is not set.
    """
    if read_manifest(release).get("is_in_postgres") and not is_in_postgres():
        raise RuntimeError(
            f"{release} was published in PostgreSQL too, and {POSTGRES} is not set: "
            "nothing changed. Set it to the address as for a build."
        )
