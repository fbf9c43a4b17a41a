"""How well questions are answered, measured."""
