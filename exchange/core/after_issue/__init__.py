"""What follows an issue: true-ups, claims, deductions, closures, borrowing."""
