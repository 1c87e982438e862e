"""What was shown, beside what happened: hits by position, what was promised, and where it went wrong."""
