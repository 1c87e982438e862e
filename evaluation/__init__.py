"""Metrics, exactly as the design states them."""
