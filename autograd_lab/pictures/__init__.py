"""What lessons show: ``graph.py`` (`draw_graph`), ``figures.py``, ``stepper.py`` and ``playground.py``.

A graph is collected by ``graph.py``, shortened by ``folding.py`` and drawn by ``drawing.py``; ``stepper.py`` walks back
through one. ``playground.py`` computes what ``playground.js`` shows. This wing uses the engines and `display`.
"""
