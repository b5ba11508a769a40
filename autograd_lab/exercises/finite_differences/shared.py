"""What the exercises of `finite_differences` share."""

from collections.abc import Callable
from typing import Any

Function = Callable[[Any], Any]
