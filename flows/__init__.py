"""Prefect shells around the stages: schedule, retry, notify."""
