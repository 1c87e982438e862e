"""What customers and impressions will bring, over horizons from days to months."""
