"""Today against what is published: drift, refits, lineage, movement."""
