"""One value of a raw row: times, numbers, keys and names as shops write them."""
