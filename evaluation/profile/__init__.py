"""What a log looks like before anything is learnt from it: frames of EVENTS in, small tables out."""
