"""How far segments and expectations hold, measured out of time."""
