"""Do segments tell what customers do next: the proof out of time."""
