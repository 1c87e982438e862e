"""Candidate sources, one file each."""
