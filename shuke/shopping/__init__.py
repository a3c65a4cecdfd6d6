"""Shopping: the pages on which people see deals, buy them, wait in line and find what they ordered. No tables: checkout has them."""
