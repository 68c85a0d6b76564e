"""Making a release: database, report, audience lists; erasing a person."""
