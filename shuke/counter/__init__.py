"""Counter: the till. Identify a guest, redeem, record a purchase, undo, see the day's list."""
