"""What each var of dbt_project.yml may be: one row a var, in the order of that file.

The value, its unit and its why stand in dbt_project.yml; here is what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from segmentation.preparing.fit_settings import ALGORITHM_NAMES, REFIT_MODES
from segmentation.wording.numbers import LOCALES


@dataclass(frozen=True)
class Setting:
    """What a var may be.

    Attributes
    ----------
    kind
        How its value is read: a name in `setting_kinds.KINDS`.
    lowest, highest
        Range of a number, both included; None where there is no limit.
    choices
        Values of which it is one; of a list or a mapping, each entry's value is.
    keys
        Names that a mapping may give a value to.
    seed
        Seed and column that hold the names it may list.
    is_nullable
        Whether null says something: a default found elsewhere, or none.
    wanted
        What is wanted, in words, where kind and range do not say it.
    next_step
        What to do about another value; else: correct it.
    is_of_the_model
        Whether a model fitted under another value is never kept silently.
    """

    kind: str
    lowest: float | None = None
    highest: float | None = None
    choices: tuple[object, ...] = ()
    keys: tuple[str, ...] = ()
    seed: tuple[str, str] | None = None
    is_nullable: bool = False
    wanted: str = ""
    next_step: str = ""
    is_of_the_model: bool = False


choice = partial(Setting, "choice")
columns = partial(Setting, "columns", seed=("feature_labels", "feature"))
number = partial(Setting, "number")
share = partial(Setting, "share", 0, 1)
whole = partial(Setting, "whole")
amount = Setting("above_zero")
date = partial(Setting, "date")
mapping = Setting("mapping")
source = Setting("source", is_nullable=True)
text = Setting("text", is_nullable=True)
texts = partial(Setting, "list")
zone = Setting("time_zone", is_nullable=True)
# What may be an order's as a whole; order_amount and refunded_amount always are.
ORDER_COLUMNS = (
    "customer_id",
    "ordered_at",
    "status",
    "currency",
    "channel",
    "shipping",
    "tax",
    "discount",
    "order_amount",
    "refunded_amount",
)
# What lists may carry of a customer, to be reached by.
CONTACT_FIELDS = (
    "email",
    "phone",
    "first_name",
    "last_name",
    "country",
    "postal_code",
)
# Of these a model fitted under other values is refitted, or says so.
fitted = {"is_of_the_model": True}

SETTINGS: dict[str, Setting] = {
    # ---- Your data
    "transactions": source,
    "transaction_columns": mapping,
    "transaction_format": mapping,
    "customers": source,
    "customer_columns": mapping,
    "customer_format": mapping,
    "campaigns": source,
    "campaign_columns": mapping,
    "campaign_format": mapping,
    "contacts": source,
    "campaign_contact_columns": mapping,
    "campaign_contact_format": mapping,
    "as_of_date": date(is_nullable=True),
    "time_zone": zone,
    "source_time_zone": zone,
    "currency": Setting("currency", is_nullable=True),
    "exchange_rates": Setting("rates"),
    "order_columns": texts(
        choices=ORDER_COLUMNS,
        next_step="name our column, not yours, as in [status, shipping]",
    ),
    "status_meanings": Setting(
        "mapping",
        choices=("sold", "never_sold", "taken_back"),
        next_step="say what an order with a status is, as in archived: sold",
    ),
    "cancelled_statuses": texts(),
    "cancellation_prefix": text,
    "cancelled_lines": choice(choices=("net", "leave_out")),
    "discount_kind": choice(choices=("money", "share", "percent")),
    "discount_taken_off": choice(choices=(True, False)),
    "discount_products": texts(),
    "not_goods": texts(),
    "guest_ids": texts(),
    "repeated_orders": choice(choices=("auto", "latest", "keep")),
    "open_questions": texts(),
    "confirmed": texts(),
    "control_totals": Setting("totals"),
    "control_tolerance": share(),
    "exclusion_rule_sets": texts(seed=("exclusion_rules", "rule_set")),
    "drop_exact_duplicates": choice(choices=(True, False)),
    "rejected_share_warning": share(),
    "quality_sample_rows": whole(1),
    "as_of_gap_warning_days": whole(0),
    "check_rows": whole(1, is_nullable=True),
    "earliest_date": date(),
    "largest_amount": amount,
    "longest_id": whole(1),
    # ---- Features
    "segment_features": columns(**fitted),
    "feature_window_months": whole(1, 120, **fitted),
    "recent_window_months": whole(1, 120, **fitted),
    "rfm_window_months": whole(1, 120, is_nullable=True, **fitted),
    "business_month_orders": whole(1),
    "history_months": whole(0, 120),
    "attribute_values_maximum": whole(1, 1000),
    "attribute_codes_maximum": whole(0, 1000),
    "frequency_bands": Setting("bands", **fitted),
    # ---- Over time
    "refit": choice(choices=REFIT_MODES),
    "group_gain_minimum": share(),
    "drift_share_maximum": share(),
    "stability_index_maximum": number(0),
    "quality_loss_maximum": number(0),
    "drift_sample_size": whole(100),
    "drift_features": columns(),
    "same_customers_minimum": share(),
    "refit_churn_maximum": share(),
    "identity_overlap_minimum": share(),
    "lineage_share": share(),
    "memory_radius": number(0, 100),
    "memory_spread_share": share(),
    "memory_months": whole(1, 120),
    "chance_share_maximum": number(0.01),
    "settling_days": whole(0, 3650),
    "rfm_recency_tolerance": whole(0, 4),
    "steady_tolerance": share(),
    # ---- Expectation
    "prediction_horizon_days": whole(1, 365),
    "prediction_backtest_days": Setting("rising_days"),
    "prediction_sample_size": whole(100),
    "prediction_customers_minimum": whole(2),
    "prediction_repeaters_minimum": whole(2),
    "prediction_history_days_minimum": whole(0),
    "prediction_backtest_history_days": whole(0),
    "prediction_backtest_repeaters_minimum": whole(2),
    "prediction_prior_customers": number(0, 1000),
    "prediction_error_tolerance": share(),
    "prediction_range_share": Setting("share", 0.5, 0.99),
    "lifecycle_new_days": whole(0, 3650),
    "lifecycle_long_wait_share": share(),
    "lifecycle_lapsed_minimum": whole(0),
    "returned_wait_days": whole(0, 3650),
    "returned_wait_share": share(),
    "yearly_wait_days": whole(300, 400),
    "yearly_tolerance_days": whole(0, 60),
    "yearly_renewal_share": share(),
    "yearly_waits_minimum": whole(1),
    "yearly_waits_share": share(),
    "at_risk_order_days": whole(1),
    "at_risk_silence": share(),
    "value_tiers": Setting("tiers"),
    # ---- Campaigns
    "campaign_salt": Setting("text"),
    "global_holdout_share": Setting("share", 0, 0.5),
    "global_holdout_months": whole(1, 24),
    "campaign_arm_minimum": whole(2),
    "campaign_largest_share": share(),
    "campaign_mismatch_limit": share(),
    "campaign_uneven_arms": number(1),
    # ---- Report
    "report_title": text,
    "organisation": text,
    "locale": choice(choices=tuple(LOCALES)),
    "report_wording": mapping,
    "report_colours": Setting("colours"),
    # ---- Audience lists
    "consent_column": text,
    "consent_values": texts(),
    "contact_columns": Setting(
        "mapping",
        keys=CONTACT_FIELDS,
        next_step="name our field first, then your column: {email: E-Mail}",
    ),
    "list_formats": texts(seed=("list_formats", "list_format")),
    # ---- Clustering
    "algorithm": choice(choices=(*ALGORITHM_NAMES, "auto"), **fitted),
    "segment_count": Setting("count_or_auto", 1, 100, **fitted),
    "segment_count_min": whole(1, 100, **fitted),
    "segment_count_max": whole(1, 100, **fitted),
    "sample_size": whole(100),
    "structure_sample_size": whole(100, 20_000),
    "smallest_share": Setting("share", 0, 0.5, **fitted),
    "valley_limit": share(**fitted),
    "stability_minimum": share(**fitted),
    "resample_count": whole(2, 1000),
    "skew_limit": number(0, **fitted),
    "winsor_share": Setting("share", 0, 0.25, **fitted),
    "smallest_category_share": Setting("share", 0, 0.5, **fitted),
    "categorical_weight": number(0, 10, **fitted),
    # ---- What counts as good
    "soft_agreement": share(),
    "rule_precision_minimum": share(),
    "assignment_agreement_minimum": share(),
    "usefulness_sample_size": whole(100),
    # ---- Gates
    "smallest_segment_share": share(),
    "smallest_segment_customers": whole(0),
    "smallest_segment_share_of_few": share(),
    "left_out_share_warning": share(),
    "left_out_share_maximum": share(),
    "left_out_rows_tolerated": whole(0),
    "left_out_reason": text,
    "source_rows_fall_maximum": share(),
    "source_rows_rise_maximum": number(0),
    "stable_jaccard": share(),
    "steady_moved_maximum": share(),
    "guard_rail_severity": choice(choices=("warn", "error")),
    "guard_rail_churn": share(),
    "guard_rail_size_change": number(0),
    "guard_rail_drift": share(),
    # ---- Machine
    "memory_limit": Setting("memory", next_step="set it to '4GB' or '60%'"),
    "threads": whole(1, 1024, is_nullable=True),
    "temp_directory": Setting("folder", is_nullable=True),
    # ---- Publication
    "publish_parquet": choice(choices=(True, False)),
    # ---- Privacy
    "minimum_cell_size": whole(1),
}
