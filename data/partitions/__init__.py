"""Which files of a large log are read, and which of their rows: by their folders' times, by shares and by caps."""
