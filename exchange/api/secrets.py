"""How secrets are kept: as argon2id hashes, slow to try and safe to store."""

from argon2 import PasswordHasher

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
