"""Rows of a labelled table as features: which groups there are, and the describer that is fitted on taught rows."""
