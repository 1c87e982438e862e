"""What ranking and value share."""
