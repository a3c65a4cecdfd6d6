"""Prepaid: the use of a sold voucher earns a member points on its share, as paying at the till would; undone, they go again."""
