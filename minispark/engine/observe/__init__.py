"""What happened: the events that the driver posts, the bus that hands them to listeners, and the listeners we ship.

May import ``engine.worker`` and what lies below it; in fact it needs only ``engine.core``. Invariants: an event is a
frozen value and is posted once; a listener is called on the driver's thread, in the order of posting, and must return
soon; a listener that raises is dropped with one line on stderr and never harms the job.
"""
