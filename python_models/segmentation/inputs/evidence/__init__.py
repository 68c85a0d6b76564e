"""What the values of a source say, before anybody asks what its columns are called."""
