"""Releases, work-lists, reports, explanations."""
