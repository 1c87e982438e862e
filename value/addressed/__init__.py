"""Whom to address: kinds of visitors and customers that call for different acts."""
