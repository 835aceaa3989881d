"""``minispark bench``: the same programs on minispark and on its peers, in turns, with answers checked, and the report.

May import everything below it but ``minispark.testing``; only the command line imports it. Nothing of it runs inside an
engine: each engine is a process of its own (``process``), in an environment of its own, that runs programs from
``served/`` alone. What must stay true: an engine that hangs, dies or answers wrongly is shown as such and harms no
other; a figure in the report comes from a run in which its engines took turns.

``catalogue`` says what there is to run, ``engines`` on what; ``measuring`` runs it, ``report`` keeps it, ``goals``
judges it, ``tables``, ``plots`` and ``readme`` show it; ``contest`` and ``comparing`` say what a change did.
"""
