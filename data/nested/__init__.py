"""Fields that hold several values, and single values of any type: each in one plain form."""
