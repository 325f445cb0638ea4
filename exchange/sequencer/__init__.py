"""One writer for each ledger: the queue, the batch, the journal, the lease, recovery, the gateway."""
