"""Which column is which of ours, decided over the evidence; names are a hint."""
