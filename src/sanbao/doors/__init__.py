"""Four ways to say the same verbs: portal, workbench, API, command line."""
