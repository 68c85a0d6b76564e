"""What to expect of each customer: the fit of the model, its corrections, the proof."""
