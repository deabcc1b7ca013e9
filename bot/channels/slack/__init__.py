"""Slack, one of the platforms."""
