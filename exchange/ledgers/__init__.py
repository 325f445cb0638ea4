"""Assets, accounts, balances, lots, transfers, freezes and cash of a ledger."""
