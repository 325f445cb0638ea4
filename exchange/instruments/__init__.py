"""Instruments: listing, figures, bands, halts."""
