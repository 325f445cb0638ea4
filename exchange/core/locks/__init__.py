"""Locks: part of a lot that may be put to one use only, or to none, until the lock is lifted."""
