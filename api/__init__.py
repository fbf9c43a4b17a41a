"""The project's faces: HTTP service, search page, command line."""
