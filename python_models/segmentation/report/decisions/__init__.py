"""The first screen: what to expect, who needs something, what changed, what to try.

A builder returns what its card needs, or None where the release says nothing of it.
Every sentence is made here, by one function, from the rows that it speaks about.
"""
