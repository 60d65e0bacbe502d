"""Hand-worked cases: the figures the method gives, worked out on paper."""
