"""What is measured on a real database; each prints figures, and is no test."""
