"""Fetching from the services; the only place that may leave the machine."""
