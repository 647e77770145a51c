"""One command with subcommands: everything an operator does by typing."""
