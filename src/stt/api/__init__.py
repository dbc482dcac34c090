"""The HTTP edge: translates requests into calls of the services, their answers and errors into responses."""
