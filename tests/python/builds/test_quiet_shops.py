"""Whole builds of shops of which nothing alarming is true: the page says nothing so."""

from __future__ import annotations

import re

import pytest

from dbt_builds import Build
from quiet_shops import SHOPS
from report_claims import check_page, part, plain
from segmentation.releases.release_folder import DATABASE
from segmentation.report.__main__ import read_tables

pytestmark = [pytest.mark.build, pytest.mark.slow]

# Said of customers only where something is lost.
ALARM = re.compile(
    r"at risk|gone quiet|slipping away|win back|needs? a look|puts? \S+ at stake|"
    r"\d (?:is|are) late|\d customers? (?:is|are) late|overdue;|lapsed;",
    re.IGNORECASE,
)
CARDS = ("expect", "needs", "lists", "changed", "plan")


@pytest.fixture(scope="module", params=sorted(SHOPS))
def shop(request, quiet_build) -> tuple[str, Build]:
    """A release of the shop, and its name."""
    return request.param, quiet_build(request.param)


@pytest.fixture(scope="module")
def page(shop) -> str:
    return (shop[1].published / "report.html").read_text("utf-8")


def words(page: str) -> dict[str, str]:
    """The first screen in words: the head and the cards that there are."""
    head = plain(page[page.index("<header") : page.index("</header>")])
    refused = re.search(r'<p class="refused">(.*?)</p>', page)
    found = {"header": head, "refused": plain(refused.group(1)) if refused else ""}
    return found | {name: plain(part(page, "article", name)) for name in CARDS}


def said_of_segments(page: str) -> str:
    """What the page says to do with each segment, and what to expect of it."""
    found = re.findall(
        r'<p class="exp">.*?</p>|<div class="lmix">.*?</div>', page, re.S
    )
    return plain(" ".join(found))


def test_whatever_is_said_is_so(shop, page):
    tables = read_tables(shop[1].published / DATABASE)
    found = check_page(page, tables)
    assert [one for one in found if not one.is_true] == [] and len(found) > 8


def test_nothing_is_said_to_be_lost(shop, page):
    name, _ = shop
    told = words(page)
    text = " ".join(told[key] for key in ("header", "refused", "changed"))
    needs = told["needs"].split("Lifecycle Customers")[0]
    assert not ALARM.search(f"{text} {needs}")
    assert not told["lists"]
    if name != "one_giant":
        assert not re.search(r"[1-9]\d* (?:overdue|lapsed)", said_of_segments(page))


def test_each_shop_is_told_as_it_is(shop, page):
    name, _ = shop
    told = words(page)
    moved = re.match(r".*?changed ([\d,]+) customers? changed", told["changed"], re.I)
    count = int(moved.group(1).replace(",", "")) if moved else 0
    if name in ("nothing_changes", "weekly_grocer", "one_giant"):
        # At most 1 in 50 is told to have moved, or that it is noise.
        assert count <= 6 or "Part of this is noise" in told["changed"]
        assert "about as much in the next 90 days as in the last" in told["header"]
        assert "nobody is late" in told["needs"]
    if name == "one_order_each":
        assert told["refused"].startswith("Nothing is predicted yet: fewer than 40")
        assert not told["expect"] and not told["needs"]
        cards = " ".join(re.findall(r'<p class="who">(.*?)</p>', page))
        assert not re.search("rhythm|habit|often|frequent|weekend|usual", cards, re.I)
    if name == "one_season":
        assert "what the season will do is in neither" in told["expect"]
    if name == "yearly_contracts":
        assert "under a yearly contract" in told["needs"]
        assert "Win" not in page and "come back" not in said_of_segments(page)


def test_noise_is_called_noise(shop, page):
    text = words(page)["changed"]
    _, build = shop
    rows = build.query(
        "select steady_count, steady_moved_count from movement_quality "
        "where steady_count > 0"
    )
    for steady, moved in rows:
        assert ("Part of this is noise" in text) >= (moved / steady > 0.08)
