"""One look: read both sides, compare, and say what it came to. No Django below this line."""
