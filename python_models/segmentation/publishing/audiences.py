"""Audience lists: one CSV a segment, an action and a campaign, and what changed.

A segment's file is named as the segment is now; an action's keeps its name for good, so
that a CRM can fetch it every night: `actions/win_back.csv`, and `actions/late.csv` of
those who are late by their own standards. `campaigns/<campaign_id>.csv` holds whom to
contact: nobody who is held out.

A list is opened in a spreadsheet by whoever gets it, so a cell of text that a
spreadsheet would run as a formula is neutralised, and a file name never comes from
the data unfiltered.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as csv_of_arrow

from segmentation.preparing.matching_ids import is_among, positions_among, values_at
from segmentation.publishing.spreadsheet import (
    LINE_END,
    RESERVED,
    csv_lines,
    file_names,
    unquoted,
)

CHANGES_FILE = "changes.csv"
CHANGES_SEGMENT = None  # the changes file belongs to no segment
# Column in the list: column in customer_segments. Left out where it is missing.
COLUMNS = {
    "customer_id": "customer_id",
    "segment_id": "segment_id",
    "segment_name": "segment_name",
    "recommended_action": "recommended_action",
    "confidence": "confidence",
    "next_segment_id": "next_segment_id",
    "next_segment_name": "next_segment_name",
    "monetary_value": "monetary_value",
    "order_count": "order_count",
    "last_order_date": "last_order_date",
    "rfm_group": "rfm_group",
    "lifecycle": "lifecycle",
    "value_tier": "value_tier",
    "expected_spend": "expected_spend",
    "spend_at_stake": "spend_at_stake",
}
ACTIONS_FOLDER = "actions"
LATE = "late"
# Whom an action is for is ranked by what is at stake; `reason` is the situation.
ACTION_COLUMNS = {
    "customer_id": "customer_id",
    "action": "recommended_action",
    "reason": "situation",
    "value_tier": "value_tier",
    "spend_at_stake": "spend_at_stake",
    "expected_spend": "expected_spend",
    "next_order_date": "next_order_date",
    "last_order_date": "last_order_date",
    "segment_id": "segment_id",
    "segment_name": "segment_name",
}
CAMPAIGNS_FOLDER = "campaigns"
# An id that is the name of its list as it stands.
PLAIN_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
ROWS_AT_ONCE = 200_000
CHANGE_COLUMNS = (
    "customer_id",
    "change",
    "previous_segment_id",
    "segment_id",
    "segment_name",
    "recommended_action",
)


def write_audiences(
    *,
    customer_segments: pd.DataFrame,
    segments: pd.DataFrame,
    folder: str | Path,
    previous: pd.DataFrame | None = None,
    exclude_ids: Iterable[str] = (),
    contacts: pd.DataFrame | None = None,
    treated: pd.DataFrame | None = None,
) -> list[dict]:
    """Writes a CSV for each segment, action and campaign, and one of changes.

    Parameters
    ----------
    customer_segments : DataFrame
        One row per customer: at least customer_id and segment_id; action_id and
        is_at_risk for the lists of actions.
    segments : DataFrame
        One row per segment: segment_id, segment_name, optional display_order.
    folder : str or Path
        Made where it does not exist.
    previous : DataFrame, optional
        Who was listed before: customer_id, segment_id. See `read_audiences`.
        Without it everybody counts as added.
    exclude_ids : iterable of str
        Customers who must be in no list. A customer listed before and excluded now
        is in the changes as removed, so that a CRM can forget them too.
    contacts : DataFrame, optional
        customer_id and how to reach each: columns that follow the id in every list but
        the changes, where anybody has a value.
    treated : DataFrame, optional
        campaign_id and customer_id of whom each campaign is to contact.

    Returns
    -------
    list of dict
        segment_id, action_id or campaign_id (all None for the changes), segment_name,
        file (name inside `folder`) and rows, in display order, the changes last.

    Raises
    ------
    ValueError
        For a missing column, or a customer who is listed twice.
    """
    _need(customer_segments, "customer_segments", "customer_id", "segment_id")
    _need(segments, "segments", "segment_id", "segment_name")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    excluded = {str(value) for value in exclude_ids}
    people = _by_customer(customer_segments, excluded=excluded)
    reached: list[str] = []
    if contacts is not None and len(contacts):
        reached = [
            name
            for name in contacts
            if name != "customer_id" and contacts[name].notna().any()
        ]
        found = contacts[["customer_id", *reached]]
        people = people.merge(found, on="customer_id", how="left", validate="1:1")
    order = "display_order" if "display_order" in segments else "segment_id"
    listed = segments.sort_values([order, "segment_id"], kind="stable")
    names = file_names(
        dict(zip(listed["segment_id"], listed["segment_name"], strict=True)),
        taken=(CHANGES_FILE,),
    )
    shown = _columns(COLUMNS, people, reached)
    written = []
    for row in listed.itertuples(index=False):
        is_in = people["segment_id"] == row.segment_id
        part = people.loc[is_in, list(shown.values())]
        _write(folder / names[row.segment_id], header=list(shown), frame=part)
        written.append(
            {
                "segment_id": row.segment_id,
                "segment_name": row.segment_name,
                "file": names[row.segment_id],
                "rows": len(part),
            }
        )
    written += _write_actions(people, folder=folder, reached=reached)
    if treated is not None and len(treated):
        written += _write_campaigns(people, treated, folder=folder, reached=reached)
    changes = find_changes(now=people, before=previous)
    _write(folder / CHANGES_FILE, header=list(changes.columns), frame=changes)
    written.append(
        {
            "segment_id": CHANGES_SEGMENT,
            "segment_name": "Changes",
            "file": CHANGES_FILE,
            "rows": len(changes),
        }
    )
    return written


def _columns(
    columns: Mapping[str, str], people: pd.DataFrame, reached: list[str]
) -> dict[str, str]:
    """Return the columns of a list that there are, and contacts after the id."""
    (_, *others) = columns
    names = {"customer_id": "customer_id", **dict(zip(reached, reached, strict=True))}
    return names | {name: columns[name] for name in others if columns[name] in people}


def _write_actions(
    people: pd.DataFrame, *, folder: Path, reached: list[str]
) -> list[dict]:
    """Write a list for each action, and one of the late; the most at stake first."""
    parts = {}
    shown = people[list(_columns(ACTION_COLUMNS, people, reached).values())]
    if "is_at_risk" in people:
        is_late = people["is_at_risk"].fillna(False).astype(bool)
        parts[LATE] = shown[is_late]
    if "action_id" in people:
        # An id that is the name of a folder above, or two that read alike, do no harm.
        parts |= {
            str(action): part
            for action, part in shown.groupby(people["action_id"], sort=True)
        }
    names = file_names({action: action for action in parts})
    written = []
    for action, part in parts.items():
        file = f"{ACTIONS_FOLDER}/{names[action].replace('-', '_')}"
        rows = _write_ranked(part, folder / file, reached=reached)
        written.append(
            {
                "segment_id": None,
                "action_id": action,
                "segment_name": None,
                "file": file,
                "rows": rows,
            }
        )
    return written


def _write_campaigns(
    people: pd.DataFrame, treated: pd.DataFrame, *, folder: Path, reached: list[str]
) -> list[dict]:
    """Write a list for each campaign: whom to contact."""
    parts = {str(name): part for name, part in treated.groupby("campaign_id")}
    own = {
        name: f"{name}.csv"
        for name in parts
        if PLAIN_ID.fullmatch(name) and name not in RESERVED
    }
    others = {name: name for name in parts if name not in own}
    names = own | file_names(others, taken=own.values())
    written = []
    for name, part in parts.items():
        file = f"{CAMPAIGNS_FOLDER}/{names[name]}"
        listed = people[is_among(people["customer_id"], part["customer_id"])]
        rows = _write_ranked(listed, folder / file, reached=reached)
        written.append(
            {
                "segment_id": None,
                "campaign_id": name,
                "segment_name": None,
                "file": file,
                "rows": rows,
            }
        )
    return written


def _write_ranked(part: pd.DataFrame, path: Path, *, reached: list[str]) -> int:
    """Write a list, the most at stake first; return how many are in it."""
    ranks = [name for name in ("spend_at_stake", "expected_spend") if name in part]
    shown = _columns(ACTION_COLUMNS, part, reached)
    path.parent.mkdir(exist_ok=True)
    ranked = part.sort_values(
        [*ranks, "customer_id"],
        ascending=[*(False for _ in ranks), True],
        kind="stable",
    )
    _write(path, header=list(shown), frame=ranked[list(shown.values())])
    return len(ranked)


def find_changes(*, now: pd.DataFrame, before: pd.DataFrame | None) -> pd.DataFrame:
    """Who was added, removed or changed segment: one row per such customer."""
    if before is None:
        before = now.iloc[:0]
    _need(before, "previous", "customer_id", "segment_id")
    old = before[["customer_id", "segment_id"]].astype({"customer_id": str})
    old = old.drop_duplicates("customer_id")
    old = old.rename(columns={"segment_id": "previous_segment_id"})
    positions = positions_among(now["customer_id"], old["customer_id"])
    last_segment_ids = values_at(old["previous_segment_id"], positions)
    is_added = positions < 0
    is_changed = ~is_added & (last_segment_ids != now["segment_id"].array)
    removed = old[~is_among(old["customer_id"], now["customer_id"])]
    listed = now.assign(
        previous_segment_id=last_segment_ids,
        change=np.where(is_added, "added", "changed"),
    )[is_added | is_changed]
    shown = [name for name in CHANGE_COLUMNS if name in listed]
    both = pd.concat([listed[shown], removed.assign(change="removed")])
    return both.sort_values("customer_id", kind="stable")[shown]


def read_audiences(folder: str | Path) -> pd.DataFrame:
    """Who the lists in `folder` hold: the `previous` of the next publication.

    Reading the lists rather than the published table means that a customer who is
    excluded from exports is reported as removed once, and named no more after.

    Returns
    -------
    DataFrame
        customer_id and segment_id; no rows where the folder does not exist.
    """
    found = [
        read_list(path, columns=["customer_id", "segment_id"])
        for path in sorted(Path(folder).glob("*.csv"))
        if path.name != CHANGES_FILE
    ]
    if not found:
        return pd.DataFrame(columns=["customer_id", "segment_id"], dtype=str)
    people = pa.concat_tables(found).to_pandas()
    for name in people:
        is_quoted = people[name].str.startswith("'")
        people.loc[is_quoted, name] = people.loc[is_quoted, name].map(unquoted)
    return people


def read_list(path: Path, *, columns: Sequence[str] = ()) -> pa.Table:
    """Return columns of a list, or all, as text, an empty cell as ''."""
    return csv_of_arrow.read_csv(
        path,
        convert_options=csv_of_arrow.ConvertOptions(
            include_columns=list(columns),
            column_types=dict.fromkeys(columns, pa.string()),
            strings_can_be_null=False,
        ),
    )


def _by_customer(frame: pd.DataFrame, *, excluded: set[str]) -> pd.DataFrame:
    # Of millions of customers only what is listed is copied.
    listed = [
        *dict.fromkeys(
            (
                *COLUMNS.values(),
                *ACTION_COLUMNS.values(),
                *CHANGE_COLUMNS,
                "action_id",
                "is_at_risk",
            )
        )
    ]
    people = frame[[name for name in listed if name in frame]]
    people = people.assign(customer_id=people["customer_id"].astype(str))
    twice = people["customer_id"][people["customer_id"].duplicated()]
    if len(twice):
        raise ValueError(
            f"customer_segments has customer_id {twice.iloc[0]!r} more than once"
        )
    people = people[~people["customer_id"].isin(excluded)]
    if people["customer_id"].is_monotonic_increasing:
        return people
    return people.sort_values("customer_id", kind="stable")


def _need(frame: pd.DataFrame, table: str, *columns: str) -> None:
    missing = [name for name in columns if name not in frame]
    if missing:
        raise ValueError(f"{table} needs a column {missing[0]!r}")


def _write(path: Path, *, header: list[str], frame: pd.DataFrame) -> None:
    with path.open("wb") as file:
        # The mark tells Excel that this is UTF-8.
        file.write(codecs.BOM_UTF8 + f"{','.join(header)}{LINE_END}".encode())
        # Some rows at a time: as text they take several times their memory.
        for first in range(0, len(frame), ROWS_AT_ONCE):
            file.write(csv_lines(frame.iloc[first : first + ROWS_AT_ONCE]))
