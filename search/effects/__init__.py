"""What is added to a score, or taken from it, besides what the legs say."""
