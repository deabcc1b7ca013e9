"""The theatre: everything that makes the script in `handlers/` run."""
