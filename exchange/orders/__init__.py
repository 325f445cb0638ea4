"""Orders and own trades: entry, batches, replacement, cancellation, queries."""
