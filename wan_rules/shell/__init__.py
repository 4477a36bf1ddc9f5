"""What reaches outside for facts: files, URLs, and what can be seen in a picture."""
