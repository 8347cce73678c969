"""Plain typed Python that does the build's work. Nothing here imports SCons."""
