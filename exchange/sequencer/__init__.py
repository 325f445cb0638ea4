"""One writer for each ledger.

The queue, the batch, the journal, the lease, recovery, the gateway.
"""
