"""What rows are beside others of their country, app or device: statistics that are learnt on the taught rows alone."""
