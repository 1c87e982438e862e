"""`python -m pipeline.features_catalogue > docs/features.md`: the page of all feature groups."""

import sys

from features.catalogue import catalogue

if __name__ == "__main__":
    sys.stdout.write(catalogue())
