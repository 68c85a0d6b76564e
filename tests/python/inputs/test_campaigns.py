"""Campaigns and contacts: what is read, and what is refused with which words."""

from __future__ import annotations

import duckdb
import pytest

from segmentation.inputs import InputProblem, answered

COLUMNS = ["customer_id", "recency_days", "is_at_risk", "segment_name"]
HEADER = "campaign_id,starts_on,ends_on,holdout_share,audience"


def read(path, text: str, **asked) -> list[dict]:
    path.write_text(text, encoding="utf-8")
    request = {
        "ask": "source",
        "var": "campaigns",
        "value": str(path),
        "condition_columns": COLUMNS,
    }
    return answered(request | asked)["rows"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "campaigns.csv"


def test_a_campaign_is_read_typed_and_completed(path):
    (row,) = read(path, f"{HEADER}\nspring,2025-03-01,2025-03-14,0.2,win_back\n")

    assert row == {
        "campaign_id": "spring", "campaign_name": "spring", "campaign_type": None,
        "starts_on": "2025-03-01", "ends_on": "2025-03-14", "outcome_days": 14,
        "holdout_share": 0.2, "audience": "win_back", "audience_kind": "name",
        "cost_per_contact": None,
    }  # fmt: skip


def test_your_columns_and_dates_may_be_called_and_written_as_they_are(path):
    (row,) = read(
        path,
        "Kampagne;Beginn;Anteil;Wer;Kosten\nA;01.03.2025;0,25;all;0,5\n",
        columns={
            "campaign_id": "Kampagne", "starts_on": "Beginn", "audience": "Wer",
            "holdout_share": "Anteil", "cost_per_contact": "Kosten",
        },
        format={"date_format": "%d.%m.%Y"},
    )  # fmt: skip

    assert row["starts_on"] == row["ends_on"] == "2025-03-01"
    assert (row["holdout_share"], row["cost_per_contact"]) == (0.25, 0.5)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("01.03.2025", "14.03.2025"),
        ("03/01/2025", "03/14/2025"),
        ("1. März 2025", "14. März 2025"),
        ("2025-03-01T00:00:00", "2025-03-14T00:00:00"),
        ("20250301", "20250314"),
    ],
)
def test_dates_are_read_as_those_of_orders_are(path, first, last):
    """One of the two tells the day from the month for both."""
    (row,) = read(path, f"{HEADER}\na,{first},{last},0.1,all\n")

    assert (row["starts_on"], row["ends_on"]) == ("2025-03-01", "2025-03-14")


@pytest.mark.parametrize("times", ["03/04/2025", "04/03/2025"])
def test_contacts_of_which_the_day_is_open_are_asked_about(path, times):
    path.write_text(f"campaign_id,customer_id,contacted_at\na,7,{times}\n", "utf-8")
    request = {"ask": "source", "var": "contacts", "value": str(path)}

    with pytest.raises(InputProblem, match=r"set campaign_contact_format: \{date_form"):
        answered(request)
    found = answered({**request, "format": {"date_format": "%d/%m/%Y"}})

    assert found["date_formats"] == ["%d/%m/%Y"]


@pytest.mark.parametrize(
    ("audience", "kind"),
    [
        ("s01", "name"),
        ("Big-Basket Shoppers", "name"),
        ("Can't Lose", "name"),
        ("Big-Basket", "name"),
        ("is_at_risk", "condition"),
        ("not is_at_risk and recency_days > 60", "condition"),
        ("segment_name in ('Champions')", "condition"),
    ],
)
def test_an_audience_is_a_name_or_a_condition(path, audience, kind):
    (row,) = read(path, f'{HEADER}\na,2025-03-01,,0.1,"{audience}"\n')

    assert row["audience_kind"] == kind


def test_without_an_audience_it_is_for_whoever_was_contacted(path):
    (row,) = read(path, f"{HEADER}\na,2025-03-01,2025-03-02,0,\n")

    assert (row["audience"], row["audience_kind"]) == (None, "contacts")


@pytest.mark.parametrize(
    ("row", "problem", "step"),
    [
        ("a,2025-03-14,2025-03-01,0.1,all", "as ends_on", "correct ends_on"),
        ("a,2025-03-01,,0.95,all", "'0.95' as holdout_share", "correct holdout_share"),
        ("a,2025-03-01,,-0.1,all", "'-0.1' as holdout_share", "correct holdout_share"),
        ("a,2025-03-01,,10%,all", "'10%' as holdout_share", "correct holdout_share"),
        ("a,2025-03-01,31.02.2025,0,", "'31.02.2025' as ends_on", "date_format"),
        ("a,March,,0.1,all", "'starts_on' are in no format", "campaign_format"),
        (
            "a,03/04/2025,,0.1,all",
            "'03/04/2025' is 2025-04-03 or 2025-03-04",
            "campaign_format: {date_format: '%d/%m/%Y'} or '%m/%d/%Y'",
        ),
        ("a,,,0.1,all", "nothing as starts_on", "correct starts_on"),
        (",2025-03-01,,0.1,all", "no campaign_id", "never changes"),
        ("a,2025-03-01,,0.1,", "nothing as audience", "correct audience"),
        ("a,2025-03-01,,0.1,recency_day > 9", "recency_day > 9", "mean recency_days"),
        (
            "a,2025-03-01,,0.1,customer_id in (select 1)",
            "(select 1)",
            "without a select",
        ),
        ("a,2025-03-01,,0.1,recency_days > 1) or (1=1; --", "as audience", "in SQL"),
        ("a,2025-03-01,,0.1,all\na,2025-04-01,,0.1,all", "twice", "an id of its own"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused_with_the_next_step(
    path, row, problem, step
):
    with pytest.raises(InputProblem) as refused:
        read(path, f"{HEADER}\n{row}\n")

    assert problem in str(refused.value)
    assert step in str(refused.value).splitlines()[-1]


def test_without_orders_there_is_nothing_to_judge_by(path):
    with pytest.raises(InputProblem, match="no orders to judge them by"):
        read(path, f"{HEADER}\na,2025-03-01,,0.1,all\n", transactions=None)


def test_a_column_that_is_not_there_is_asked_for(path):
    with pytest.raises(
        InputProblem, match=r"campaign_columns: \{starts_on: start_on\}"
    ):
        read(path, "campaign_id,start_on\na,2025-03-01\n")


def test_contacts_need_to_say_who_and_for_what(path):
    path.write_text("campaign_id,kunde\na,7\n", encoding="utf-8")
    request = {"ask": "source", "var": "contacts", "value": str(path)}

    with pytest.raises(InputProblem, match="no column for customer_id"):
        answered(request)
    found = answered({**request, "columns": {"customer_id": "kunde"}})

    assert found["parts"][0]["columns"] == {
        "campaign_id": '"campaign_id"',
        "customer_id": '"kunde"',
    }


def test_check_says_what_it_read(path):
    path.write_text(f"{HEADER}\nspring,2025-03-01,2025-03-14,0.2,all\n", "utf-8")
    request = {"ask": "report", "var": "campaigns", "value": str(path)}

    assert answered(request)["text"] == (
        "campaigns: 1\n  spring: 2025-03-01 to 2025-03-14, 20% held out, for all"
    )


def test_the_demo_has_its_27_campaigns_its_contacts_and_nobody_held_out():
    asked = {"value": None, "transactions": "completejourney", "ask": "source"}
    rows = answered({**asked, "var": "campaigns"})["rows"]
    contacts = answered({**asked, "var": "contacts"})

    assert len(rows) == 27
    assert {row["holdout_share"] for row in rows} == {0.0}
    assert set(contacts["parts"][0]["columns"]) == {
        "campaign_id", "customer_id", "contacted_at", "redemption_count",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("as_of_date", "redemptions"), [(None, 2102), ("2017-10-02", 1237)]
)
def test_of_what_the_demo_redeemed_later_nothing_is_known(as_of_date, redemptions):
    asked = {"value": None, "transactions": "completejourney", "ask": "source"}
    contacts = answered({**asked, "var": "contacts", "as_of_date": as_of_date})
    (part,) = contacts["parts"]

    found = duckdb.sql(
        f"select count(*), sum(redemption_count) from {part['relation']}"
    )

    assert found.fetchall() == [(6589, redemptions)]


@pytest.mark.parametrize("var", ["campaigns", "contacts"])
def test_a_shop_without_campaigns_has_none(var):
    asked = {"value": None, "transactions": "sample", "ask": "source", "var": var}

    assert not answered(asked).get("rows") and not answered(asked).get("parts")
