"""Build the dbt warehouse as of (valid_on, known_at) and gate it."""
