"""The command line: a module a stage, the artifact store, the engine."""
