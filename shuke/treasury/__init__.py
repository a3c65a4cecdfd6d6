"""Treasury: the money side of the platform's office: terms, agents and operating firms, transfers to make, a look at all books."""
