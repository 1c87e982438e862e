"""Measures of lists beyond accuracy: what is shown at all, how popular, new, surprising and alike it is."""
