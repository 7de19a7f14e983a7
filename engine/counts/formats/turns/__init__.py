"""Turning counts: what people or cameras saw of each turn of a junction; detectors are named SITE/NBL."""
