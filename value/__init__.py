"""What a session is worth: hurdle, direct and anchored models, their blends, levels and intervals."""
