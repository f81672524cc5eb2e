"""Files: orders and shipments read from CSV, XLSX and JSON, and lists written as CSV."""
