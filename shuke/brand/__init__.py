"""Brand: what a merchant says of itself, by pages and by API: founding and vetting, programme, stores, staff."""
