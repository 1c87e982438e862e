"""What is built: a task an artifact."""
