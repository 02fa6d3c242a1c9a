"""How people and connected systems come in: passwords, one-time codes, keys, limits on tries.

What they may do once they are in is said in ``provinces``.
"""
