"""The inner loops of feature groups, which expressions cannot say or say slowly."""
