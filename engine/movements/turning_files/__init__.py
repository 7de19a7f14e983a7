"""Turning counts: read from their files, matched to the streets by names, edges or the compass, and held to the day."""
