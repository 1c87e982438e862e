"""Fields that hold several values - maps, histograms, pairs, lists, times - and plain ones, as numbers a row."""
