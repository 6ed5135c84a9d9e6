"""Files of other programs, in and out. `importing.import_file` and `exporting.export` are the doors."""
