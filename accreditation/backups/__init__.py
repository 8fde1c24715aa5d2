"""Backups: one folder each, with the database, every file that it names, and a sealed manifest. See `make` and `restore`."""
