"""What ranking and value share."""

import os

# LightGBM's threads wait for each other by spinning unless told otherwise before they start, which makes training
# many times slower as soon as anything else runs on the machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
