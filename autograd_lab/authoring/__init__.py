"""What authors use: a lesson's source becomes two notebooks, executed and compared.

``lesson.py`` reads a source into cells, with the help of ``solution_blocks.py``; ``source_rules.py`` says what is wrong
with it; ``build.py`` writes the solved notebook and the lesson, ``execution.py`` runs them, and ``outputs.py`` decides
which stored outputs stay. ``scaffold.py`` writes the skeleton of a new lesson. This wing uses the names of the
exercises.
"""
