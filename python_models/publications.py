"""The last node: runs only when every test above it passed, and publishes a release."""

from functools import partial

from segmentation.engines.spark_tables import SparkTables, publish_on_spark
from segmentation.preparing.read_settings import settings
from segmentation.publishing.publication import publish_build
from segmentation.releases.other_places import publish_elsewhere
from segmentation.releases.release_folder import home_folder
from segmentation.report.settings import report_settings


def model(dbt, session):
    dbt.config(materialized="table")
    if isinstance(session, SparkTables):
        # Its tables are in the catalog already.
        publish = publish_on_spark
    else:
        publish = partial(publish_build, has_parquet=settings()["publish_parquet"])
    publications = publish(
        session=session,
        relations={
            "customer_segments": dbt.ref("customer_segments"),
            "segments": dbt.ref("segments"),
            "customer_predictions": dbt.ref("customer_predictions"),
            "prediction_quality": dbt.ref("prediction_quality"),
            "prediction_calibration": dbt.ref("prediction_calibration"),
            "prediction_record": dbt.ref("prediction_record"),
            "campaign_plans": dbt.ref("campaign_plans"),
            "campaign_assignments": dbt.ref("campaign_assignments"),
            "campaign_results": dbt.ref("campaign_results"),
            "rejected_contacts": dbt.ref("rejected_contacts"),
            "tier_usefulness": dbt.ref("tier_usefulness"),
            "segment_actions": dbt.ref("segment_actions"),
            "segment_profiles": dbt.ref("segment_profiles"),
            "segment_monthly": dbt.ref("segment_monthly"),
            "segment_history": dbt.ref("segment_history"),
            "segment_movements": dbt.ref("segment_movements"),
            "revenue_bridge": dbt.ref("revenue_bridge"),
            "cohort_retention": dbt.ref("cohort_retention"),
            "cohort_revenue": dbt.ref("cohort_revenue"),
            "second_orders": dbt.ref("second_orders"),
            "rfm_migration": dbt.ref("rfm_migration"),
            "revenue_concentration": dbt.ref("revenue_concentration"),
            "first_product_effect": dbt.ref("first_product_effect"),
            "movement_quality": dbt.ref("movement_quality"),
            "segment_registry": dbt.ref("segment_registry"),
            "segment_candidates": dbt.ref("segment_candidates"),
            "segment_demographics": dbt.ref("segment_demographics"),
            "segment_usefulness": dbt.ref("segment_usefulness"),
            "rfm_grid": dbt.ref("rfm_grid_cells"),
            "rfm_cut_points": dbt.ref("rfm_cut_points"),
            "candidate_crosswalk": dbt.ref("candidate_crosswalk"),
            "model_features": dbt.ref("model_features"),
            "model_candidates": dbt.ref("model_candidates"),
            "model_segments": dbt.ref("model_segments"),
            "model_reference": dbt.ref("model_reference"),
            "model_prototypes": dbt.ref("model_prototypes"),
            "model_calibration": dbt.ref("model_calibration"),
            "rejected_transactions": dbt.ref("rejected_transactions"),
            "data_quality": dbt.ref("data_quality"),
            "control_totals": dbt.ref("control_totals"),
            "publication_facts": dbt.ref("int_publication_facts"),
            "export_exclusions": dbt.ref("int_export_exclusions"),
            "contacts": dbt.ref("int_contacts"),
            "list_formats": dbt.ref("list_formats"),
        },
        settings=report_settings(settings()),
        list_formats=settings()["list_formats"],
        source=settings()["transactions"],
    )
    publish_elsewhere(home_folder() / "published")
    return publications
