"""Every test sees the settings of a build: no download, still pictures, progress in a folder of its own."""

import os
import tempfile

os.environ["AUTOGRAD_LAB_HOME"] = tempfile.mkdtemp(prefix="autograd-lab-test-")
os.environ["AUTOGRAD_LAB_OFFLINE"] = "1"
os.environ["AUTOGRAD_LAB_STATIC"] = "1"
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
