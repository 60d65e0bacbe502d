"""Speed, as ratios against a floor of the same run. Never part of the tests."""
