"""The model behind the segments: its map, the choice of k, and placing by hand."""
