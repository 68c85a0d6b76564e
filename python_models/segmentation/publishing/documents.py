"""A release's documents: its report and its audience lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from segmentation.preparing.matching_ids import positions_among, values_at
from segmentation.publishing.audiences import read_audiences, read_list, write_audiences
from segmentation.publishing.list_formats import write_formats
from segmentation.releases.manifest import read_manifest
from segmentation.releases.pseudonyms import pseudonym_key, with_pseudonyms
from segmentation.releases.release_folder import AUDIENCES, DATABASE, REPORT
from segmentation.releases.release_tables import read_tables
from segmentation.report.render import render_report
from segmentation.wording.progress import at_stage

EXCLUSIONS = "export_exclusions"
CONTACTS = "contacts"
FORMATS = "list_formats"
# What lists are made with and no table shows.
PRIVATE = (EXCLUSIONS, CONTACTS, FORMATS)


def write_documents(
    *,
    folder: Path,
    settings: Mapping[str, object],
    previous: Path,
    private: Mapping[str, pd.DataFrame],
    formats: Sequence[Mapping[str, str]] = (),
) -> dict[str, object]:
    """Write audience lists and report from the database in `folder`.

    Parameters
    ----------
    folder
        The draft of a release, its database written.
    settings
        Wording and currency of the report.
    previous
        The release before: who its lists hold decides who is new in them.
    private
        `export_exclusions`, customers who must be in no list (column customer_id), and
        `contacts`, one row per customer with the fields of CONTACT_FIELDS.
    formats
        Rows of the seed list_formats: how the actions' lists are written for whom.

    Returns
    -------
    dict
        For the manifest: `audiences`, `excluded_customers` (how many are in no list),
        `report` (its settings) and `has_pseudonyms`.

    Raises
    ------
    RuntimeError
        If a list or the report does not read back whole.
    ValueError
        If a customer is predicted twice, or pseudonyms stand beside addresses.
    """
    key = pseudonym_key()
    tables = with_pseudonyms({**read_tables(folder / DATABASE), **private}, key=key)
    excluded_ids = set(tables.pop(EXCLUSIONS)["customer_id"])
    contacts = tables.pop(CONTACTS)
    if key is not None and len(contacts):
        raise ValueError(
            "lists with pseudonyms cannot hold addresses: empty contact_columns, or "
            "leave SEGMENTATION_PSEUDONYM_KEY unset"
        )
    # Ids of another kind are nobody's: a list of changes would hold both.
    is_alike = read_manifest(previous).get("has_pseudonyms", False) == (key is not None)
    people = tables["customer_segments"]
    if "customer_predictions" in tables:
        dated = tables["customer_predictions"]
        if not dated["customer_id"].is_unique:
            raise ValueError("customer_predictions has a customer_id more than once")
        positions = positions_among(people["customer_id"], dated["customer_id"])
        dates = values_at(dated["next_order_date"], positions)
        people = people.assign(next_order_date=dates)
    at_stage("lists")
    lists = write_audiences(
        customer_segments=people,
        segments=tables["segments"],
        folder=folder / AUDIENCES,
        previous=read_audiences(previous / AUDIENCES) if is_alike else None,
        exclude_ids=excluded_ids,
        contacts=contacts,
        treated=to_contact(tables),
    )
    lists += write_formats(folder=folder / AUDIENCES, lists=lists, formats=formats)
    at_stage("report")
    settings = {**settings, "audiences": lists, "versions": software_versions()}
    report = render_report(tables=tables, settings=settings)
    (folder / REPORT).write_text(report, encoding="utf-8")
    at_stage("reading lists back")
    check_documents(folder=folder, lists=lists)
    return {
        "audiences": lists,
        "excluded_customers": len(excluded_ids),
        "report": settings,
        "has_pseudonyms": key is not None,
        "list_formats": list(formats),
    }


def to_contact(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame | None:
    """Return whom each campaign is to contact; None where it is for the contacted."""
    if "campaign_assignments" not in tables:
        return None
    assigned, results = tables["campaign_assignments"], tables["campaign_results"]
    drawn = results.loc[results["audience"].notna(), "campaign_id"]
    is_listed = assigned["arm"].eq("treated") & assigned["campaign_id"].isin(drawn)
    return assigned.loc[is_listed, ["campaign_id", "customer_id"]]


def check_documents(*, folder: Path, lists: Iterable[Mapping[str, object]]) -> None:
    """Read lists and report back.

    Raises
    ------
    RuntimeError
        If a list has fewer or more rows than were written, or the report has no end.
    """
    for one in lists:
        path = folder / AUDIENCES / str(one["file"])
        rows = read_list(path).num_rows
        if rows != one["rows"]:
            raise RuntimeError(
                f"list {one['file']} reads back with {rows} rows, not {one['rows']}; "
                "the release before it stays"
            )
    if not (folder / REPORT).read_text(encoding="utf-8").rstrip().endswith("</html>"):
        raise RuntimeError("the report has no end; the release before it stays")


def software_versions() -> dict[str, str]:
    """Return the versions of the libraries that made the figures."""
    names = ("duckdb", "dbt-core", "dbt-duckdb", "scikit-learn", "pandas")
    return {name: version(name) for name in names}
