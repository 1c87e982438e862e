"""A shop's own rules over what is proposed: what is blocked, pinned or boosted, when, and for whom."""
