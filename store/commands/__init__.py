"""The headless commands: everything the screens do, from a shell. See `store.commands.main.run`."""
