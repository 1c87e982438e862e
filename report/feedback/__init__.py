"""What was shown beside what happened, as a page and on a console."""
