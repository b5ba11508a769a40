"""The judge: from an exercise and an answer to a verdict. It knows no lesson and looks no exercise up.

``exercise.py`` says what an exercise is. ``observation.py`` runs its probe on an answer, with ``timelimit.py`` against
what never ends, ``plain.py`` to turn whatever came back into plain data, and ``lending.py`` to recognise our own
answer. ``judge.py`` compares that with what was observed of the reference, by ``difference.py``, and looks for the
mistake that behaves alike. ``probes.py``, ``slips.py`` and ``update_rules.py`` are the vocabulary of exercises: walks
that many probes take, and wrong answers made from a right one. This wing uses the engines' types and `random_states`.
"""
