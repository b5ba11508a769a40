"""What teachers use: ``marking.py`` executes a submitted notebook and says what each of its exercises deserves.

It uses the learner's wing for files and verdicts, and the author's for kernels.
"""
