"""The builder of the `demo` model that ships in the package, for both engines: `python -m tools.demo_model`."""
