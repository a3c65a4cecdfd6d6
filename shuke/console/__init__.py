"""Console: a merchant's back office, by pages and by API. Every page and call acts for the merchant in its address."""
