"""From counts to what detectors will count: in the next minutes, tomorrow, and on the day to be planned."""

from .batch import forecast

__all__ = ["forecast"]
