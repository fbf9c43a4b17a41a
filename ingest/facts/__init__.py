"""What an article says of itself: places, dates, numbers, validity."""
