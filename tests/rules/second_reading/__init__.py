"""A second, independent reading of the standard: written from its documents alone, to check the rules against."""
