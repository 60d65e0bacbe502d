"""jianhui (建会): who has no union this morning, how we know, and whom to send."""

__version__ = "0.1.0"
