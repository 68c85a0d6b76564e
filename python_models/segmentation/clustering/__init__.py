"""Finding segments: algorithms, structure, and the choice of how many."""
