"""What a user may set about the report: vars, and what is none."""

from __future__ import annotations

from collections.abc import Mapping

from segmentation.preparing.read_settings import currency_of, project_vars
from segmentation.report.palette import COLOURS, parse

# Setting of the report: the dbt var it is.
VARS = {
    "title": "report_title",
    "organisation": "organisation",
    "currency": "currency",
    "locale": "locale",  # separators of numbers: see wording.numbers
    "minimum_cell_size": "minimum_cell_size",
    "lately_months": "recent_window_months",  # what "lately" is
    "wording": "report_wording",  # section id -> {"title": ..., "question": ...}
    "colours": "report_colours",  # of the segments, in display order
}
# What those are where the var is null; the others are no vars.
DEFAULTS = {
    "title": None,  # None: the finding
    "organisation": None,
    "currency": None,
    "audiences": (),  # what write_audiences returned: the cards link to these
    "audiences_folder": "audiences",  # relative to the report
    "map_customers": 1200,  # dots on the map of customers
    "sure_confidence": 0.8,  # from here on a placement counts as sure
    "border_confidence": 0.6,  # below this it counts as borderline
    "months": 24,  # months shown in charts over time
    "versions": {},  # software and its version, shown under Method
}
NAMES = tuple(dict.fromkeys((*VARS, *DEFAULTS)))


def report_settings(values: Mapping[str, object]) -> dict[str, object]:
    """The settings of the report that are vars, of all vars."""
    values = {**values, "currency": currency_of(values)}
    return {name: values[var] for name, var in VARS.items()}


def with_defaults(settings: Mapping) -> dict:
    """The settings, completed from the project's own and judged.

    Raises
    ------
    ValueError
        For a setting that does not exist, a colour that is not #rrggbb, or a share
        that is not between 0 and 1.
    """
    unknown = sorted(set(settings) - set(NAMES))
    if unknown:
        raise ValueError(
            f"report setting {unknown[0]!r} does not exist: use {', '.join(NAMES)}"
        )
    given = {name: value for name, value in settings.items() if value is not None}
    # Of a release before there was such a var.
    missing = [name for name in VARS if name not in {**DEFAULTS, **given}]
    own = project_vars() if missing else {}
    found = {**DEFAULTS, **{name: own[VARS[name]] for name in missing}, **given}
    found["colours"] = tuple(found["colours"]) or COLOURS
    for colour in found["colours"]:
        parse(colour)
    for name in ("sure_confidence", "border_confidence"):
        if not 0 <= float(found[name]) <= 1:
            raise ValueError(
                f"report setting {name!r} is {found[name]!r}: use a share, 0 to 1"
            )
    return found
