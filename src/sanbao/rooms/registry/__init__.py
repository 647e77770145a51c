"""People and things: customers, staff and what they may do, products, devices, purchases."""
