"""Feature groups: what describes a query, a user, an item or a (query, item) pair."""
