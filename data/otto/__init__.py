"""OTTO's own split, byte for byte."""
