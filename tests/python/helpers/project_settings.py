"""The project's own vars, for tests that fit, decide or draw by them."""

from __future__ import annotations

from segmentation.preparing.fit_settings import Settings
from segmentation.preparing.preprocessing import fit_preprocessing
from segmentation.preparing.read_settings import (
    project_vars,
    read_settings,
    settings_for,
)

PROJECT_SETTINGS = read_settings(project_vars())
# Of `fit_preprocessing`, but for the features.
PREPROCESSING = settings_for(fit_preprocessing, PROJECT_SETTINGS)
del PREPROCESSING["segment_features"]


def fit_settings(**changed) -> Settings:
    """The settings of a fit as the project has them, some changed."""
    return Settings(**{**settings_for(Settings, PROJECT_SETTINGS), **changed})
