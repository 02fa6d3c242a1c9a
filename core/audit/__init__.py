"""Who did what, from where: the trail that only grows, and the words for reading it.

Which acts there are is said by the floor that does them.
"""
