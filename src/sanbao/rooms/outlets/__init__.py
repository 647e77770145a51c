"""Places that help: hours, capacity, appointments, the queue."""
