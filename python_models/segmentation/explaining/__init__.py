"""What sets a segment apart: profiles, rules, names that hold, lasting ids."""
