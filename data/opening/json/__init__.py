"""JSON files: an object a line, or objects in an array or however they stand; types, frames and broken lines."""
