"""Models and rules of orders, shipments, carriers and tracking; no I/O."""
