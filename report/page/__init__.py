"""Pages for a browser: blocks of prose, headlines, tables and charts, made into one file that needs nothing else."""
