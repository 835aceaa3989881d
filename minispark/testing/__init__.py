"""For testing programs, and minispark itself: the simulator of the scheduler, models, oracles, random programs.

May import everything below the command line. Nothing of minispark imports it, and importing it loads none of its
modules. What is random here is seeded; a failure names its seed.
"""
