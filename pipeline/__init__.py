"""The command line: a module a command; settings, store, plans and tasks inside."""

from pipeline.starting import begin

begin()
