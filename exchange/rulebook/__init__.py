"""The figures of law as data: ledgers, effective-dated rules and regions, each with its source."""
