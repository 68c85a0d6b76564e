"""Go back to the release before the published one: `make rollback`."""

from __future__ import annotations

import sys
from pathlib import Path

from segmentation.releases.build_lock import EXIT_IN_USE, HomeInUseError, prepare_home
from segmentation.releases.manifest import check_files, refuse_catalog
from segmentation.releases.other_places import publish_elsewhere, refuse_out_of_reach
from segmentation.releases.release_folder import home_folder, point_to, releases_of


def roll_back(home: Path) -> Path:
    """Point `published` at the release before it and return that release.

    The release gone back from stays until the next build publishes.

    Raises
    ------
    RuntimeError
        If there is no release before, it is not as its manifest says, or Spark made
        it; or PostgreSQL, where the release is too, cannot be reached.
    """
    current = (home / "published").resolve()
    older = [path for path in releases_of(home) if path.name < current.name]
    if not (home / "published").exists() or not older:
        raise RuntimeError(
            f"There is no release before the published one in {home}: nothing changed."
        )
    check_files(older[-1])
    refuse_catalog(older[-1])
    refuse_out_of_reach(current)
    # First where it can fail: then nothing has changed, and it can be called again.
    publish_elsewhere(older[-1])
    point_to(home=home, release=older[-1])
    return older[-1]


def main() -> int:
    """Roll back; 1 where it cannot be done, 75 where a build is running."""
    home = home_folder()
    try:
        if home.exists():
            prepare_home(home)
        release = roll_back(home)
    except (HomeInUseError, RuntimeError, ValueError, OSError) as problem:
        print(problem, file=sys.stderr)
        return EXIT_IN_USE if isinstance(problem, HomeInUseError) else 1
    print(f"Published again: {release}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
