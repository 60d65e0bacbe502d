"""The immutable event log and the vault."""
