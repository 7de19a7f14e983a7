"""Counts that are missing on purpose, and what is forecast in their place."""
