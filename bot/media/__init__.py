"""Files: fetched from a platform, cleaned, kept, handed out."""
