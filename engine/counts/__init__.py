"""Detector counts: read, judged, and mended where a gap is short."""
