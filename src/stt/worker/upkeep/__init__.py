"""What every consumer looks after from time to time; doing it twice does no harm."""
