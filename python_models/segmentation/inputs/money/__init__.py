"""What was paid for goods, decided by what the columns add up to."""
