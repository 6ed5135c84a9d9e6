"""What a person sees: one screen or dialog a file, its .tcss beside it; they tie widgets to the shop."""
