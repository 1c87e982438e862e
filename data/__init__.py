"""From a raw shop log to validated tables and folds."""
