"""Pure functions of records, settings and the day: every judgment comes with its reasons."""
