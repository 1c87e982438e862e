"""Models of skewed money: what sessions and customers share."""
