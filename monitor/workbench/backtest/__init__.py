"""What would an edit of the rules have changed? Items matched again, beside what was matched before."""
