"""The script: what the desk does and says."""
