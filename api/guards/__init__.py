"""What stands between a caller and the service: who may ask, how much, and how long it may take."""
