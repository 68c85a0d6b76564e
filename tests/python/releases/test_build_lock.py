"""One build at a time: who holds the folder."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from dbt_builds import REPOSITORY
from segmentation.releases.build_lock import HomeInUseError, prepare_home, release_home


def test_the_lock_names_who_holds_it(tmp_path):
    code = (
        "import sys, time; from pathlib import Path;"
        "from segmentation.releases.build_folder import prepare_home;"
        "prepare_home(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "python_models")},
        stdout=subprocess.PIPE,
    )
    mask = os.umask(0o022)
    try:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(HomeInUseError, match=f"process {holder.pid}"):
            prepare_home(tmp_path)
        holder.kill()
        holder.wait()
        prepare_home(tmp_path)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
        release_home(tmp_path)
        os.umask(mask)
