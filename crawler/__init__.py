"""How press pages are found and asked for. May import archive; archive never imports this package."""
