"""Settings that cannot work, whatever the data."""
