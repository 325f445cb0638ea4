"""Participants: who they are, where they are admitted, whether they are frozen."""
