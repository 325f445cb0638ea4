"""What everybody may see of the market: book, tape, ticker."""
