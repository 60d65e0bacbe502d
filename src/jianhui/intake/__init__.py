"""From an agency's file to assertions: contract, reader, landing, quarantine."""
