"""Pure functions. No clock is read here, and no file but the tables that ``load_*`` is handed."""
