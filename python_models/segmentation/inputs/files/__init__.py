"""Which files a var means, and how they are written."""
