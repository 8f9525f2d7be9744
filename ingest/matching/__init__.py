"""Which records are about one person or one organisation: suggestions with reasons, for a human to decide."""
