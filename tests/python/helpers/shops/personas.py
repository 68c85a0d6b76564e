"""The generator of planted customers in ../shared, which is not on every machine."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

from dbt_builds import SHARED_DATA

PERSONAS = Path(
    os.environ.get("SEGMENTATION_PERSONAS", SHARED_DATA.with_name("personas"))
)


def persona_module(name: str) -> ModuleType:
    """Return one of its modules under a name of its own.

    By `sys.path` it would be whatever another test had imported as `generate`.
    """
    file = PERSONAS / f"{name}.py"
    if not file.exists():
        pytest.skip("../shared/personas is not on this machine")
    spec = importlib.util.spec_from_file_location(f"personas_{name}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
