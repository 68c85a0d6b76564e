"""The sections of the report, each built from the published tables.

A builder returns what its template needs, or None where its table is missing or
empty: the section is then left out.
"""
