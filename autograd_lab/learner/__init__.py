"""What learners meet: checks in a notebook, their cards, their progress, their copy of the course.

``notebook.py`` has the verbs; ``cards.py`` lays out a verdict; ``cell_source.py`` reads the cell that runs;
``record.py`` keeps attempts in SQLite, and ``progress.py`` makes of them what is done and what comes next.
``workspace.py`` makes the learner's copy and brings it up to date, with ``merging.py`` for lessons that both have
changed. This wing uses the exercises and the judge.
"""
