"""How things are said: words, numbers, dates, lists, and errors."""
