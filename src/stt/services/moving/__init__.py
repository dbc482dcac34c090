"""A whole service, put away, brought back, or moved to servers. Nobody asks these through the API."""
