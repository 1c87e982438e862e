"""Buy till you die: customers who buy at a rate of their own until they leave, unseen."""
