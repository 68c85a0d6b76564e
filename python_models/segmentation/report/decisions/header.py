"""The head of the page: the finding, and at most three sentences."""

from __future__ import annotations

from markupsafe import Markup

from segmentation.report.decisions import changes, forecast, needs
from segmentation.report.page import Page
from segmentation.wording.dates import day
from segmentation.wording.sentences import plural


def headline(page: Page) -> str:
    """The title somebody chose, or else the finding."""
    if page.settings["title"]:
        return page.settings["title"]
    spend, _ = forecast.record(page, "spend")
    if spend is None:
        return base_words(page)
    late = len(page.outlook.late)
    words = spend_words(page, spend)
    if not late:
        return words
    return f"{words}; {page.formats.count(late)} {plural(late, 'is', 'are')} late"


def spend_words(page: Page, spend: dict) -> str:
    """What today's customers should spend, next to the horizon before."""
    days = page.outlook.horizon_days
    if forecast.is_comparable(page, spend):
        much, word = forecast.compared(page, spend)
        if not much.startswith("not clearly"):
            return (
                f"Today's customers should spend {much} in the next {days} days {word} "
                "in the last"
            )
    money = page.formats.money_short(spend["predicted_total"])
    return f"Today's customers should spend about {money} in the next {days} days"


def base_words(page: Page) -> str:
    """How many customers and segments there are."""
    if not page.faces:
        return "No customers yet"
    count = total(page)
    segments = len(page.clustered)
    return (
        f"{page.formats.count(count)} {plural(count, 'customer', 'customers')} in "
        f"{page.formats.count(segments)} {plural(segments, 'segment', 'segments')}"
    )


def total(page: Page) -> int:
    """Customers of all segments."""
    return sum(face.row.get("customer_count") or 0 for face in page.faces)


def write_lede(page: Page) -> list[Markup]:
    """The finding in at most three sentences; without a prediction, who there is."""
    if not page.faces:
        return [Markup("There are no segments in this publication.")]
    spend, _ = forecast.record(page, "spend")
    said = [_expected(page, spend)] if spend else [_sizes(page)]
    if spend and len(page.outlook.late):
        said.append(_late(page))
    moved = changes.moves(page)
    if moved and changes.settled(moved):
        said.append(_moved(page, moved))
    return said


def _expected(page: Page, spend: dict) -> Markup:
    count = len(page.outlook.people)
    return Markup("Today's {} customers should spend about <b>{}</b> by {}.").format(
        page.figure(count, "count", "customers"),
        page.figure(
            spend["predicted_total"], "money_short", "prediction_record/newest/spend"
        ),
        day(page.outlook.last_day),
    )


def _late(page: Page) -> Markup:
    late = page.outlook.late
    stake = needs.at_stake(page, page.outlook)
    people = plural(len(late), "customer is", "customers are")
    verb = plural(len(late), "its", "their")
    if stake is None:
        return Markup("<b>{}</b> {} late by {} own standards.").format(
            page.figure(len(late), "count", "late"), people, verb
        )
    return Markup(
        "<b>{}</b> {} late by {} own standards, with <b>{}</b> at stake."
    ).format(
        page.figure(len(late), "count", "late"),
        people,
        verb,
        page.figure(stake, "money_short", "at_stake"),
    )


def _moved(page: Page, moved: dict) -> Markup:
    count = changes.settled(moved)
    said = Markup("{} {} changed segment since {}").format(
        page.figure(count, "count", "moved"),
        plural(count, "customer", "customers"),
        day(moved["since"]),
    )
    quality = changes.steadiness(page)
    is_noise = changes.is_noise(quality) if quality else None
    if is_noise:
        return said + "; part of that is noise."
    if is_noise is False:
        row = quality["row"]
        stayed = 1 - row["steady_moved_count"] / row["steady_count"]
        return said + Markup(
            "; of those who buy the same as half a year before, {} are where they were."
        ).format(page.formats.share(stayed))
    return said + "."


def _sizes(page: Page) -> Markup:
    face = max(page.faces, key=lambda f: (f.row.get("customer_count") or 0, -f.number))
    key = f"segments/{face.segment_id}"
    return Markup("The largest group, <b>{}</b>, has {} customers, {} of all.").format(
        face.name,
        page.figure(face.row.get("customer_count"), "count", f"{key}/customer_count"),
        page.figure(face.row.get("customer_share"), "share", f"{key}/customer_share"),
    )


def refused(page: Page) -> str | None:
    """Why nothing is predicted, in a line; None where it is, or has no orders."""
    outlook = page.outlook
    if outlook is None or not outlook.people.empty or not outlook.refused_reason:
        return None
    return f"Nothing is predicted yet: {outlook.refused_reason}."
