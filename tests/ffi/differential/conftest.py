"""The profile that searches for differences: pytest wants to know it before it imports any test."""

from hypothesis import settings

SEARCH = "differential-search"
settings.register_profile(SEARCH, max_examples=5000, database=None, deadline=None)
