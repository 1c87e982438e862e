"""Artifacts: how they are named, identified, built and kept."""
