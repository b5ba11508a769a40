"""Lesson 01, `derivatives`: its exercises, in order."""

EXERCISES = ("dq_da", "dq_db", "forward_difference", "central_difference", "q_gradients", "close_enough")
