"""Validity of lots: until when units may be used."""
