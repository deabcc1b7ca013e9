"""What a browser or a platform's webhook meets."""
