"""Customer segmentation: the plain package behind the dbt Python models."""
