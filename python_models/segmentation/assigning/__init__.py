"""A fitted model as numbers and as rows: how a customer gets a segment."""
