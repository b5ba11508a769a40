"""What teachers use: ``marking.py`` executes a submitted notebook and says what each of its exercises deserves.

This wing uses the learner's for files and verdicts, and the author's for kernels.
"""
