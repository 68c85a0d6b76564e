"""What a shop did and to whom: campaigns, a row each, and the contacts they made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import duckdb

from .audience import audience_kind, wrong_campaign
from .columns import map_columns
from .describe import groups_of, part_of, sampled
from .evidence.dates import DateStyle, date_style
from .evidence.values import check_date_format
from .problem import InputProblem, closest, listed
from .source import Source

CAMPAIGN_COLUMNS = (
    "campaign_id",
    "campaign_name",
    "campaign_type",
    "starts_on",
    "ends_on",
    "outcome_days",
    "holdout_share",
    "audience",
    "cost_per_contact",
)
CONTACT_COLUMNS = ("campaign_id", "customer_id", "contacted_at", "redemption_count")
DATE_COLUMNS = ("starts_on", "ends_on")
# Beyond this a table of campaigns is no table of campaigns.
CAMPAIGNS_MAXIMUM = 2000
LARGEST_HOLDOUT = 0.9
LONGEST_OUTCOME = 730


def campaign_rows(request: Mapping) -> list[dict[str, object]]:
    """Return the campaigns of a file or table, typed, in the order of their ids.

    Parameters
    ----------
    request
        `value`, `columns`, `format`: the vars; `table`: names and rows, where the value
        is a table; `condition_columns`: the columns that an audience may ask for.

    Returns
    -------
    list of dict
        A value for each of `CAMPAIGN_COLUMNS`, dates as text, and `audience_kind`:
        `contacts` (whoever was contacted), `condition` (SQL) or `name` (of a segment or
        an action).

    Raises
    ------
    InputProblem
        For the first campaign that cannot be, or dates that can be read in two ways.
    """
    written: list[tuple[str, dict[str, str | None]]] = []
    for group in groups_of(request):
        chosen, _notes = _mapped(
            group,
            request,
            ours=CAMPAIGN_COLUMNS,
            needed=("campaign_id", "starts_on"),
            var="campaign_columns",
        )
        written += [(group.where, row) for row in _written(group, chosen, request)]
    days = _days([texts for _where, texts in written], request)
    found: dict[str, dict[str, object]] = {}
    for where, texts in written:
        row = _campaign(texts, days, request)
        if row["campaign_id"] in found:
            raise InputProblem(
                f"The campaign {row['campaign_id']!r} is in {where} twice.",
                wanted="one row for each campaign_id",
                found=f"{row['campaign_id']!r} in more than one row",
                next_step="give each campaign an id of its own",
            )
        found[str(row["campaign_id"])] = row
    if len(found) > CAMPAIGNS_MAXIMUM:
        raise InputProblem(
            f"campaigns holds {len(found):,} campaigns.",
            wanted=f"one row for each campaign, {CAMPAIGNS_MAXIMUM:,} at most",
            found=f"{len(found):,} ids",
            next_step="set contacts to the table that has a row for each contact",
        )
    return [found[name] for name in sorted(found)]


def describe_contacts(request: Mapping) -> Source:
    """Return where contacts are and how their times are written.

    Raises
    ------
    InputProblem
        If a column is missing or the times cannot be read.
    """
    source = Source(kind="contacts")
    for group in groups_of(request):
        chosen, notes = _mapped(
            group,
            request,
            ours=CONTACT_COLUMNS,
            needed=("campaign_id", "customer_id"),
            var="campaign_contact_columns",
        )
        source.parts.append(part_of(group, chosen))
        source.notes += notes
    sample, source.types = sampled(source.parts, request.get("table"))
    times = [value for value in sample.get("contacted_at", []) if value]
    is_text = not source.types.get("contacted_at", "").startswith(("DATE", "TIMESTAMP"))
    if times and is_text:
        style = _style(
            times, request, column=chosen["contacted_at"], var="campaign_contact_format"
        )
        source.date_formats = style.formats
        source.date_replacements = style.replacements
    return source


def campaigns_text(request: Mapping) -> str:
    """Return what `make check` says of campaigns or of contacts."""
    if request["var"] == "contacts":
        where = ", ".join(group.where for group in groups_of(request))
        found = ", ".join(describe_contacts(request).types)
        return f"contacts: {where}, with {found}"
    rows = campaign_rows(request)
    lines = [f"campaigns: {len(rows)}"]
    lines += [
        f"  {row['campaign_id']}: {row['starts_on']} to {row['ends_on']}, "
        f"{row['holdout_share']:.0%} held out, for {row['audience'] or 'the contacted'}"
        for row in rows
    ]
    return "\n".join(lines)


def _mapped(
    group, request: Mapping, *, ours: Sequence[str], needed: Sequence[str], var: str
) -> tuple[dict[str, str], list[str]]:
    """Return the columns of a group by our names, and notes on them."""
    chosen, notes = map_columns(
        request.get("columns") or {}, group.names, where=group.where, ours=ours, var=var
    )
    for our in needed:
        if our not in chosen:
            near = closest(our, group.names)
            raise InputProblem(
                f"{group.where} has no column for {our}.",
                wanted=" and ".join(needed),
                found=listed(list(group.names)),
                next_step=f"set {var}: {{{our}: {near or 'YOUR COLUMN'}}}",
            )
    return chosen, notes


def _written(
    group, chosen: Mapping[str, str], request: Mapping
) -> list[dict[str, str | None]]:
    """Return the rows as text, under our names; None where nothing is written."""
    if group.kind == "table":
        rows = [
            [row.get(name) for name in chosen.values()]
            for row in request["table"]["sample"]
        ]
    else:
        part = part_of(group, chosen)
        columns = ", ".join(f"cast({part.columns[our]} as varchar)" for our in chosen)
        with duckdb.cursor() as connection:
            rows = connection.execute(
                f"select {columns} from {part.relation}"
            ).fetchall()
    return [
        {
            our: None if value is None else str(value).strip() or None
            for our, value in zip(chosen, row, strict=True)
        }
        for row in rows
    ]


def _style(
    values: Sequence[str], request: Mapping, *, column: object, var: str
) -> DateStyle:
    """Return how dates are written: as the var says, or as they show."""
    date_format = (request.get("format") or {}).get("date_format")
    if date_format is None:
        return date_style(values, column=str(column), var=var)
    check_date_format(str(date_format), values=values, var=var)
    return DateStyle([str(date_format)])


def _days(rows: Sequence[Mapping[str, str | None]], request: Mapping) -> dict[str, str]:
    """Return the day that each date is: one style for the first and the last days."""
    dates = [text for row in rows for name in DATE_COLUMNS if (text := row.get(name))]
    return _style(dates, request, column="starts_on", var="campaign_format").days(dates)


def _campaign(
    texts: Mapping[str, str | None], days: Mapping[str, str], request: Mapping
) -> dict[str, object]:
    name = texts["campaign_id"]
    if name is None:
        raise InputProblem(
            "A campaign has no campaign_id.",
            wanted="an id in each row",
            found=repr(texts),
            next_step="give it one that never changes, such as spring_2025",
        )
    starts_on = _date(name, "starts_on", texts, days)
    ends_on = _date(name, "ends_on", texts, days) or starts_on
    if starts_on is None or ends_on is None:
        raise wrong_campaign(name, "starts_on", None, "a date such as 2025-03-01")
    if ends_on < starts_on:
        raise wrong_campaign(
            name, "ends_on", str(ends_on), f"a day on or after starts_on ({starts_on})"
        )
    outcome_days = _number(name, "outcome_days", texts, 1, LONGEST_OUTCOME)
    holdout = _number(name, "holdout_share", texts, 0, LARGEST_HOLDOUT) or 0.0
    audience = texts.get("audience")
    if audience is None and holdout > 0:
        raise wrong_campaign(
            name, "audience", None, "whom it is for, as somebody is to be held out"
        )
    return {
        "campaign_id": name,
        "campaign_name": texts.get("campaign_name") or name,
        "campaign_type": texts.get("campaign_type"),
        "starts_on": str(starts_on),
        "ends_on": str(ends_on),
        "outcome_days": int(
            outcome_days or (ends_on - starts_on + timedelta(days=1)).days
        ),
        "holdout_share": holdout,
        "audience": audience,
        "audience_kind": audience_kind(
            name, audience, columns=request.get("condition_columns") or []
        ),
        "cost_per_contact": _number(name, "cost_per_contact", texts, 0, None),
    }


def _date(
    name: str, column: str, texts: Mapping[str, str | None], days: Mapping[str, str]
) -> date | None:
    text = texts.get(column)
    if text is None:
        return None
    if text not in days:
        step = f"correct it, or set campaign_format: {{date_format: {'%d.%m.%Y'!r}}}"
        raise wrong_campaign(name, column, text, "a date such as 2025-03-01", step=step)
    return date.fromisoformat(days[text])


def _number(
    name: str,
    column: str,
    texts: Mapping[str, str | None],
    lowest: float,
    highest: float | None,
) -> float | None:
    text = texts.get(column)
    if text is None:
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = float("nan")
    is_whole = column != "outcome_days" or number == round(number, 0)
    if number >= lowest and (highest is None or number <= highest) and is_whole:
        return number
    kind = "a whole number" if column == "outcome_days" else "a number"
    ends = f" from {lowest}" + ("" if highest is None else f" to {highest}")
    raise wrong_campaign(name, column, text, kind + ends)
