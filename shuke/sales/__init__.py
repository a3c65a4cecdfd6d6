"""Sales: how a deal sells, for its merchant: what is free, held and sold, over time, and every order. No tables: checkout's are read."""
