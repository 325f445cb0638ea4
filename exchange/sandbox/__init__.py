"""The sandbox: its virtual clock, its participants and opening balances."""
