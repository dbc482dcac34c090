"""How true the account is: gaps where nothing is missing, and lost words that it does not tell."""
