"""What is fitted, opened once: answers for one session or for many."""
