"""Fitted tables opened once into arrays, as kernels look things up in them."""
