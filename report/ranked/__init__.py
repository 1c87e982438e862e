"""Sections of a page about a ranking run: each made of measures that a run has left, and of nothing else."""
