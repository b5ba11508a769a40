"""Every test sees the settings of a build: no download, still pictures, progress in a folder of its own."""

import atexit
import os
import tempfile

_home = tempfile.TemporaryDirectory(prefix="autograd-lab-test-")
atexit.register(_home.cleanup)
os.environ["AUTOGRAD_LAB_HOME"] = _home.name
os.environ["AUTOGRAD_LAB_OFFLINE"] = "1"
os.environ["AUTOGRAD_LAB_STATIC"] = "1"
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
