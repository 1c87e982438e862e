"""What a flat table looks like before anything is learnt from it."""
