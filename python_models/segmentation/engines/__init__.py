"""What ties the package to an engine: the DuckDB plugin, Spark, macros."""
