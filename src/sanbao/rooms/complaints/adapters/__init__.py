"""The outside of the complaints room: the installation's own table of reply clocks."""
