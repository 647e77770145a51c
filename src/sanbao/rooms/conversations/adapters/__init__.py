"""The ways out of the house: SMS gateway, mail server, and a silent folder for development."""
