"""How files are found, unpacked and told apart, and how their text becomes rows."""
