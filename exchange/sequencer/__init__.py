"""One writer for each ledger.

The queue, the batch, what is applied in a thread, the journal, the lease, recovery, the gateway.
"""
