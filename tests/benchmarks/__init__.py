"""How fast the five statements are decided, beside the limits and beside others: `make bench`."""
