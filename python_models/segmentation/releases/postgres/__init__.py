"""PostgreSQL as a place of publication; loaded only where its address is set."""
