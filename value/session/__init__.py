"""What a session of a log is worth, and when that is asked."""
