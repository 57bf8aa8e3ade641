"""The command line: parsing of arguments and printing, one module a command."""
