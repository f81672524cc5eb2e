"""What is: orders, shipments, carriers, problems and outcomes, as frozen values without any input or output."""
