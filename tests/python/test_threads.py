"""Fits work in one thread, whatever was asked for and whoever loaded NumPy first."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from dbt_builds import REPOSITORY

ASK = """
import json, threading
import sklearn.cluster
from threadpoolctl import threadpool_info
found = []
asked = threading.Thread(target=lambda: found.extend(threadpool_info()))
asked.start(), asked.join()
print(json.dumps({pool["user_api"]: pool["num_threads"] for pool in found}))
"""


@pytest.mark.parametrize("first", ["segmentation", "numpy, segmentation"])
def test_a_fit_takes_one_thread(first):
    done = subprocess.run(
        [sys.executable, "-c", f"import {first}\n{ASK}"],
        env={
            **os.environ,
            "OMP_NUM_THREADS": "4",
            "OPENBLAS_NUM_THREADS": "3",
            "PYTHONPATH": str(REPOSITORY / "python_models"),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {"blas": 1, "openmp": 1}
